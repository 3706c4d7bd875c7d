/** One thing that was timed. */
export interface Measurement {
  readonly name: string;
  /** Nanoseconds for one operation. */
  readonly medianNs: number;
  /** Of all rounds: what is slower was, in part, somebody else's work. */
  readonly quickestNs: number;
  /** 99 of 100 rounds were quicker than this. */
  readonly p99Ns: number;
  /** Heap bytes that one operation leaves to the collector; undefined where it was not looked at. */
  readonly bytesPerOperation?: number | undefined;
  /** The operation's name in the table, where it is not a call: `line`, `output`, `process`. */
  readonly unit?: string;
}

/** A number that was promised, and what it is. */
export interface Finding {
  readonly what: string;
  readonly value: number;
  readonly unit: '×' | 'ns' | 'ms' | 'bytes';
  /** Absent for what is only told. */
  readonly target?: { readonly bound: 'at least' | 'at most'; readonly value: number };
}

export interface Answer {
  readonly measurements: readonly Measurement[];
  readonly findings: readonly Finding[];
  /** What was compared, so that nobody wins by doing less. A difference throws instead. */
  readonly equal: string;
}

/** How long a question may take. */
export interface Effort {
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  /** Fresh processes for each side, where each needs one of its own. */
  readonly processes: number;
}

export const fullEffort: Effort = { rounds: 101, roundMs: 6, warmUpMs: 400, processes: 31 };
export const quickEffort: Effort = { rounds: 25, roundMs: 4, warmUpMs: 150, processes: 15 };

/** One row of the table; a file each. */
export interface Question {
  readonly row: number;
  readonly name: string;
  readonly asks: string;
  /** What one operation is, for both sides. */
  readonly does: string;
  /** Packages the library is measured against. */
  readonly peers: readonly string[];
  answer(effort: Effort): Promise<Answer>;
}

export function isMet({ value, target }: Finding): boolean {
  if (target === undefined) return true;
  return target.bound === 'at least' ? value >= target.value : value <= target.value;
}

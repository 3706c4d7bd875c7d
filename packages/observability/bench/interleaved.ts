import type { Effort, Measurement } from './question.ts';

/** Something that can be done many times in a row. */
export interface Subject {
  readonly name: string;
  /** Does it `times` times; returns something that depends on the work, so that nothing can be optimised away. */
  readonly run: (times: number) => unknown;
  /** Runs before each round, outside the clock; a promise is waited for. */
  readonly prepare?: () => unknown;
  readonly unit?: string;
}

/** Rounds of all subjects, round by round. */
export interface Comparison {
  readonly measurements: readonly Measurement[];
  measurement(name: string): Measurement;
  /** How many times longer `slow` takes: the median over the rounds, in each of which both took their turn. */
  ratio(slow: string, quick: string): number;
  /** Nanoseconds `more` takes beyond `less`, the median over the rounds. */
  difference(more: string, less: string): number;
}

// Written and never read: a result that goes nowhere need not be computed.
const sink: { last: unknown } = { last: undefined };

/**
 * Times the subjects in turn, in an order that moves on every round: what the machine does meanwhile hits all of them
 * alike, and is gone from a ratio taken within the round.
 */
export async function compare(subjects: readonly Subject[], effort: Effort): Promise<Comparison> {
  const times = new Map<string, number>();
  for (const subject of subjects) times.set(subject.name, await warmUp(subject, effort));
  const rounds = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < effort.rounds; round += 1) {
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const subject = subjects[(round + turn) % subjects.length];
      if (subject === undefined) continue;
      rounds.get(subject.name)?.push(await timeRound(subject, times.get(subject.name) ?? 1));
    }
  }
  const measurements: Measurement[] = [];
  for (const subject of subjects) {
    const sorted = [...(rounds.get(subject.name) ?? [])].sort((a, b) => a - b);
    measurements.push({
      name: subject.name,
      medianNs: quantile(sorted, 0.5),
      quickestNs: sorted[0] ?? Number.NaN,
      p99Ns: quantile(sorted, 0.99),
      bytesPerOperation: await allocation(subject),
      ...(subject.unit === undefined ? {} : { unit: subject.unit }),
    });
  }
  return toComparison(measurements, rounds);
}

function toComparison(
  measurements: readonly Measurement[],
  rounds: ReadonlyMap<string, readonly number[]>,
): Comparison {
  const roundsOf = (name: string): readonly number[] => {
    const found = rounds.get(name);
    if (found === undefined) throw new Error(`nothing named "${name}" was measured`);
    return found;
  };
  const overRounds = (a: string, b: string, combine: (a: number, b: number) => number): number => {
    const others = roundsOf(b);
    const combined = roundsOf(a).map((value, round) => combine(value, others[round] ?? Number.NaN));
    return quantile(
      combined.sort((left, right) => left - right),
      0.5,
    );
  };
  return {
    measurements,
    measurement(name) {
      const found = measurements.find((measurement) => measurement.name === name);
      if (found === undefined) throw new Error(`nothing named "${name}" was measured`);
      return found;
    },
    ratio: (slow, quick) => overRounds(slow, quick, (a, b) => a / b),
    difference: (more, less) => overRounds(more, less, (a, b) => a - b),
  };
}

/** Runs until the compiler has had its chance. @returns how many operations fill a round */
async function warmUp(subject: Subject, effort: Effort): Promise<number> {
  const endAt = performance.now() + effort.warmUpMs;
  let times = 1;
  let perOperationNs = Number.POSITIVE_INFINITY;
  do {
    perOperationNs = await timeRound(subject, times);
    const fitting = Math.floor((effort.roundMs * 1e6) / perOperationNs);
    times = Math.max(1, Math.min(fitting, times * 4));
  } while (performance.now() < endAt);
  return times;
}

/** @returns nanoseconds per operation */
async function timeRound(subject: Subject, times: number): Promise<number> {
  await subject.prepare?.();
  // One side's garbage must not be collected on the other's time.
  globalThis.gc?.({ type: 'minor' });
  const startedAt = performance.now();
  const result = subject.run(times);
  sink.last = result instanceof Promise ? await result : result;
  return ((performance.now() - startedAt) * 1e6) / times;
}

const allocationRounds = 15;
// Few enough that the young generation holds them all: a collection in between would take away what is counted.
const allocationTimes = 50;

/** The difference between twice as many operations and as many, so that what a round itself leaves behind cancels out. */
async function allocation(subject: Subject): Promise<number | undefined> {
  if (globalThis.gc === undefined || subject.unit !== undefined) return undefined;
  const once = await leftBehind(subject, allocationTimes);
  const twice = await leftBehind(subject, 2 * allocationTimes);
  const bytes = (twice - once) / allocationTimes;
  return bytes < 8 ? 0 : Math.round(bytes);
}

async function leftBehind(subject: Subject, times: number): Promise<number> {
  const bytes: number[] = [];
  for (let round = 0; round < allocationRounds; round += 1) {
    await subject.prepare?.();
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const result = subject.run(times);
    sink.last = result instanceof Promise ? await result : result;
    bytes.push(process.memoryUsage().heapUsed - before);
  }
  const sorted = bytes.sort((left, right) => left - right);
  return quantile(sorted, 0.5);
}

/** @param sorted ascending */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

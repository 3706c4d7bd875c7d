import { cleanLabelText } from '../label-redaction.ts';
import { isClosedList, type LabelSpec, maxLabelValueLength, overflowValue } from '../label-specs.ts';
import { escapeQuoted, toWellFormed } from '../text-escapes.ts';

/** Which value a sample is kept under, and why not under the one that came. */
export type Admission =
  | { readonly outcome: 'admitted'; readonly value: string; readonly redacted: boolean }
  | { readonly outcome: 'overflow' | 'invalid' | 'missing'; readonly value: string; readonly example: string };

/**
 * The values one label has taken, each once and by number. A value is counted by the series that hold it and
 * forgotten with the last of them, which gives its place in the budget back.
 */
export class LabelDictionary {
  readonly label: string;
  /** Keys are strings; the type lets the hot path ask with whatever a caller passed. */
  readonly ids = new Map<unknown, number>();
  private readonly closed: ReadonlySet<string> | null;
  private readonly limit: number;
  private readonly prefix: string;
  private readonly values: string[] = [];
  /** Those that need escapes in the output, ready for it: few or none. */
  private readonly escaped = new Map<number, string>();
  private readonly holders: number[] = [];
  private readonly free: number[] = [];
  private budgetUsed = 0;

  constructor(label: string, spec: LabelSpec) {
    this.label = label;
    this.prefix = `${label}="`;
    this.closed = isClosedList(spec) ? new Set(spec) : null;
    this.limit = isClosedList(spec) ? spec.length : spec.limit;
  }

  /** Changes nothing. */
  admit(raw: unknown): Admission {
    if (raw === undefined || raw === null) return { outcome: 'missing', value: '', example: '' };
    if (typeof raw !== 'string') {
      const isPrintable = typeof raw === 'number' || typeof raw === 'boolean' || typeof raw === 'bigint';
      return isPrintable ? this.admit(String(raw)) : { outcome: 'invalid', value: overflowValue, example: typeof raw };
    }
    if (raw.length > maxLabelValueLength) return { outcome: 'overflow', value: overflowValue, example: raw };
    const wellFormed = toWellFormed(raw);
    // The program chose the values of a closed list; the others may come from anywhere.
    const value = this.closed === null ? cleanLabelText(wellFormed) : wellFormed;
    return this.hasRoomFor(value)
      ? { outcome: 'admitted', value, redacted: value !== wellFormed }
      : { outcome: 'overflow', value: overflowValue, example: value };
  }

  private hasRoomFor(value: string): boolean {
    if (!countsForBudget(value)) return true;
    if (this.closed !== null) return this.closed.has(value);
    return this.ids.has(value) || this.budgetUsed < this.limit;
  }

  /** The number under which this value is held now, else -1. What is kept as `__other__` is not held itself. */
  find(raw: unknown): number {
    const { outcome, value } = this.admit(raw);
    return outcome === 'overflow' || outcome === 'invalid' ? -1 : (this.ids.get(value) ?? -1);
  }

  /** The number of a value that a series takes. */
  acquire(value: string): number {
    const known = this.ids.get(value);
    if (known !== undefined) {
      this.holders[known] = (this.holders[known] ?? 0) + 1;
      return known;
    }
    const id = this.free.pop() ?? this.values.length;
    this.ids.set(value, id);
    this.values[id] = value;
    const escaped = escapeQuoted(value);
    if (escaped !== value) this.escaped.set(id, escaped);
    this.holders[id] = 1;
    if (countsForBudget(value)) this.budgetUsed += 1;
    return id;
  }

  release(id: number): void {
    const left = (this.holders[id] ?? 0) - 1;
    this.holders[id] = left;
    if (left > 0) return;
    const value = this.valueOf(id);
    this.ids.delete(value);
    this.escaped.delete(id);
    this.free.push(id);
    if (countsForBudget(value)) this.budgetUsed -= 1;
  }

  valueOf(id: number): string {
    return this.values[id] ?? '';
  }

  escapedOf(id: number): string {
    return (this.escaped.size > 0 ? this.escaped.get(id) : undefined) ?? this.valueOf(id);
  }

  /** `label="escaped value"` */
  textOf(id: number): string {
    return `${this.prefix}${this.escapedOf(id)}"`;
  }
}

/** Missing values and the overflow series are always admitted, so they take nothing from the budget. */
function countsForBudget(value: string): boolean {
  return value !== '' && value !== overflowValue;
}

import { isClosedList, type LabelSpec, maxLabelValueLength, overflowValue } from './label-specs.ts';
import { escapeQuoted, toWellFormed } from './text-escapes.ts';

export type Admission =
  | { readonly outcome: 'admitted'; readonly value: string }
  | { readonly outcome: 'overflow' | 'invalid' | 'missing'; readonly value: string; readonly example: string };

/**
 * The values one label has taken, each once, with its ready-made output text. Series refer to them by number.
 * A value is counted by the series that hold it and forgotten with the last of them, which frees its budget.
 */
export class LabelDictionary {
  readonly label: string;
  private readonly closed: ReadonlySet<string> | null;
  private readonly limit: number;
  private readonly ids = new Map<string, number>();
  private readonly values: string[] = [];
  private readonly texts: string[] = [];
  private readonly holders: number[] = [];
  private readonly free: number[] = [];
  private budgetUsed = 0;

  constructor(label: string, spec: LabelSpec) {
    this.label = label;
    this.closed = isClosedList(spec) ? new Set(spec) : null;
    this.limit = isClosedList(spec) ? spec.length : spec.limit;
  }

  /** Which value a sample is kept under. Changes nothing. */
  admit(raw: unknown): Admission {
    if (raw === undefined || raw === null) return { outcome: 'missing', value: '', example: '' };
    if (typeof raw !== 'string') {
      const printable = typeof raw === 'number' || typeof raw === 'boolean' || typeof raw === 'bigint';
      return printable ? this.admit(String(raw)) : { outcome: 'invalid', value: overflowValue, example: typeof raw };
    }
    if (raw.length > maxLabelValueLength) return { outcome: 'overflow', value: overflowValue, example: raw };
    const value = toWellFormed(raw);
    return this.hasRoomFor(value)
      ? { outcome: 'admitted', value }
      : { outcome: 'overflow', value: overflowValue, example: value };
  }

  private hasRoomFor(value: string): boolean {
    if (value === '' || value === overflowValue) return true;
    if (this.closed !== null) return this.closed.has(value);
    return this.ids.has(value) || this.budgetUsed < this.limit;
  }

  acquire(value: string): number {
    const known = this.ids.get(value);
    if (known !== undefined) {
      this.holders[known] = (this.holders[known] ?? 0) + 1;
      return known;
    }
    const id = this.free.pop() ?? this.values.length;
    this.ids.set(value, id);
    this.values[id] = value;
    this.texts[id] = `${this.label}="${escapeQuoted(value)}"`;
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
    this.free.push(id);
    if (countsForBudget(value)) this.budgetUsed -= 1;
  }

  valueOf(id: number): string {
    return this.values[id] ?? '';
  }

  /** `label="escaped value"` */
  textOf(id: number): string {
    return this.texts[id] ?? '';
  }
}

/** Missing values and the overflow series are always admitted, so they take nothing from the budget. */
function countsForBudget(value: string): boolean {
  return value !== '' && value !== overflowValue;
}

import type { MergeOutcome, RefusalReason } from './metric-source.ts';

/** Counts what became of the points of one update, or of several together. */
export class Refusals {
  accepted = 0;
  private refused = 0;
  private readonly reasons: Partial<Record<RefusalReason, number>> = {};

  count(reason: RefusalReason, points = 1): void {
    this.refused += points;
    this.reasons[reason] = (this.reasons[reason] ?? 0) + points;
  }

  add({ accepted, reasons }: MergeOutcome): void {
    this.accepted += accepted;
    for (const [reason, points] of Object.entries(reasons) as readonly (readonly [RefusalReason, number])[]) {
      this.count(reason, points);
    }
  }

  outcome(): MergeOutcome {
    return { accepted: this.accepted, refused: this.refused, reasons: this.reasons };
  }
}

/** For a partial success: `3 points refused: max_series 2, invalid_value 1`; empty when none was. */
export function toRefusalMessage({ refused, reasons }: MergeOutcome): string {
  if (refused === 0) return '';
  const parts = Object.entries(reasons).map(([reason, points]) => `${reason} ${points}`);
  return `${refused} point${refused === 1 ? '' : 's'} refused: ${parts.join(', ')}`;
}

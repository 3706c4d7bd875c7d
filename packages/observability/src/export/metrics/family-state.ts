import type { Family } from '../../metrics/family.ts';
import { PriorBuckets } from './prior-buckets.ts';
import { PriorCells } from './prior-cells.ts';
import { SeenSeries } from './seen-series.ts';
import { SeriesStarts } from './series-starts.ts';

/** What a reader remembers of one metric from one read to the next. */
export class FamilyState {
  readonly starts = new SeriesStarts();
  readonly seen = new SeenSeries();
  readonly priorBuckets = new PriorBuckets();
  /** When it was last read; before that, since when its series count. */
  lastNano: bigint;
  private prior: PriorCells | null = null;

  constructor(startNano: bigint) {
    this.lastNano = startNano;
  }

  /** What the cells held at the read before; nothing, once their number has changed: that needs that none was used. */
  priorCells({ cells }: Family): PriorCells {
    if (this.prior?.stride !== cells.stride) this.prior = new PriorCells(cells.stride);
    return this.prior;
  }
}

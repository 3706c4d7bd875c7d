import type { MetricSource } from '../metric-source.ts';
import type { MergedSource } from './merged-series.ts';

// Remembered of sources that are gone, so that a late message or a return does not count twice: about 100 bytes each.
const maxGone = 10_000;

export interface SourceTableOptions {
  readonly maxSources: number;
  readonly expiryMs: number;
  readonly labelsOf: (source: MetricSource) => Pick<MergedSource, 'prefix' | 'identity'>;
  /** Folds all it holds. */
  readonly onEnd: (source: MergedSource) => void;
  /** It is shown no longer, and its gauges go. */
  readonly onDormant: (source: MergedSource) => void;
}

export class SourceTable {
  private readonly byId = new Map<string, MergedSource>();
  /** Of those that are gone, the youngest time of their values. */
  private readonly gone = new Map<string, bigint>();
  private readonly options: SourceTableOptions;
  private sweptMs = Number.NEGATIVE_INFINITY;

  constructor(options: SourceTableOptions) {
    this.options = options;
  }

  all(): IterableIterator<MergedSource> {
    return this.byId.values();
  }

  get(id: string): MergedSource | undefined {
    return this.byId.get(id);
  }

  /** The source, now alive; null when there is no room for another. */
  admit(source: MetricSource, nowMs: number): MergedSource | null {
    const known = this.byId.get(source.id);
    if (known !== undefined) {
      known.state = 'up';
      known.seenMs = nowMs;
      return known;
    }
    const isFull = source.isOwn !== true && this.byId.size >= this.options.maxSources;
    if (isFull && !this.makeRoom()) return null;
    const made: MergedSource = {
      source,
      state: 'up',
      seenMs: nowMs,
      lastTime: 0n,
      ...this.options.labelsOf(source),
      streams: new Map(),
      info: new Map(),
      countedUntil: this.gone.get(source.id) ?? null,
    };
    this.gone.delete(source.id);
    this.byId.set(source.id, made);
    return made;
  }

  /** Folds the dormant source that was heard of longest ago. @returns whether there was one */
  makeRoom(): boolean {
    let oldest: MergedSource | null = null;
    for (const source of this.byId.values()) {
      if (source.state === 'dormant' && (oldest === null || source.seenMs < oldest.seenMs)) oldest = source;
    }
    if (oldest === null) return false;
    this.end(oldest.source.id);
    return true;
  }

  end(id: string): void {
    const source = this.byId.get(id);
    if (source === undefined) return;
    this.byId.delete(id);
    this.options.onEnd(source);
    this.gone.set(id, source.lastTime);
    const [longestGone] = this.gone.keys();
    if (this.gone.size > maxGone && longestGone !== undefined) this.gone.delete(longestGone);
  }

  /** Puts to sleep what was not heard of for too long. Looked for at most some times per expiry. */
  sweep(nowMs: number): void {
    const { expiryMs, onDormant } = this.options;
    if (nowMs - this.sweptMs < expiryMs / 16) return;
    this.sweptMs = nowMs;
    for (const source of this.byId.values()) {
      if (source.state === 'dormant' || nowMs - source.seenMs <= expiryMs) continue;
      source.state = 'dormant';
      onDormant(source);
    }
  }
}

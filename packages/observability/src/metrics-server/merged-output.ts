import { createMetricReader } from '../export/metrics/metric-reader.ts';
import type { MergedMetrics } from '../merge/merged-metrics.ts';
import type { MetricSource } from '../merge/metric-source.ts';
import type { Registry } from '../metrics/registry.ts';
import type { ServedMetrics } from './served-metrics.ts';

export interface MergedOutputOptions {
  readonly merged: MergedMetrics;
  /** Of this process. */
  readonly registry: Registry;
  /** How this process is called among the others. */
  readonly self: MetricSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly onScrape: (durationMs: number) => void;
}

export interface MergedOutput extends ServedMetrics {
  /** Also before each output. Waits no longer than the collectors may take, and never rejects. */
  readSelf(timeoutMs?: number): Promise<void>;
}

/**
 * Shows what others sent and what this process says of itself as one output, in which every metric stands once: before each
 * output this process reads itself and is one source more. Where its collectors take too long, its values of before are
 * shown.
 */
export function createMergedOutput({ merged, registry, self, now, onScrape }: MergedOutputOptions): MergedOutput {
  const reader = createMetricReader({ registry, temporality: 'cumulative', resource: { attributes: {} }, now });
  let reading: Promise<void> | undefined;
  const mergeSelf = async () => {
    for await (const piece of reader.pieces()) merged.update(self, [piece]);
  };
  const readSelf = (timeoutMs = registry.collectorTimeoutMs) => {
    // Scrapes at the same time share one reading.
    reading ??= mergeSelf().finally(() => {
      reading = undefined;
    });
    return endedOrLate(reading, timeoutMs);
  };
  return {
    readSelf,
    get collectorTimeoutMs() {
      return registry.collectorTimeoutMs;
    },
    async *renderBytes({ format = 'text', collectorTimeoutMs } = {}) {
      const startedMs = performance.now();
      try {
        await readSelf(collectorTimeoutMs);
        yield* merged.renderBytes({ format });
      } finally {
        onScrape(performance.now() - startedMs);
      }
    },
  };
}

async function endedOrLate(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  // What cannot be read is as good as late: the others are shown.
  await Promise.race([work.catch(() => {}), late]);
  clearTimeout(timer);
}

import type { ResourceMetrics } from '../../otlp/metric-model.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { MetricsPlan } from '../exporter-plan.ts';
import { type PipelineClock, settlesWithin } from './pipeline-clock.ts';

/** Reads what the metrics engine holds, for one receiver: what changed since its last read is this one's own. */
export interface MetricReader {
  /** Each is encoded before the next one is read: all at once would hold up the program, and its garbage collection. */
  pieces(): AsyncIterable<ResourceMetrics>;
}

/** Reads at intervals. No method throws or rejects. */
export interface MetricSchedule {
  /** Reads once more, unless that takes longer than the budget. */
  readNow(budgetMs: number): Promise<void>;
  close(): void;
}

/** What is read and where it goes. */
export interface MetricScheduleOptions {
  readonly plan: MetricsPlan;
  readonly reader: MetricReader;
  readonly push: (batch: EncodedBatch) => void;
  readonly onFailure: () => void;
  readonly clock: PipelineClock;
  /** 0 (inclusive) to 1; spreads the first reads of many processes over the interval. */
  readonly random: () => number;
}

export function createMetricSchedule(options: MetricScheduleOptions): MetricSchedule {
  const { plan, reader, clock } = options;
  let reading: Promise<void> | undefined;
  let closed = false;
  let cancel: (() => void) | undefined;

  const readOnce = async (): Promise<void> => {
    try {
      for await (const piece of reader.pieces()) {
        for (const batch of closed ? [] : plan.encode([piece])) options.push(batch);
      }
    } catch {
      options.onFailure();
    }
  };
  const read = (): Promise<void> => {
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const schedule = (delayMs: number): void => {
    cancel = clock.after(delayMs, () => {
      schedule(plan.intervalMs);
      // One that takes longer than the interval is not doubled.
      void read();
    });
  };

  schedule(plan.intervalMs * options.random());
  return {
    async readNow(budgetMs) {
      if (!closed && !(await settlesWithin(read(), budgetMs, clock))) options.onFailure();
    },
    close() {
      closed = true;
      cancel?.();
    },
  };
}

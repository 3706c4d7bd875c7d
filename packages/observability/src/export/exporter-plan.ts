import type { ResourceMetrics } from '../otlp/metric-model.ts';
import type { FinishedSpan } from '../tracing/finished-span.ts';
import type { EncodedBatch } from './encoded-batch.ts';
import type { Transport } from './transport/transport.ts';

/** One way out, as the configuration asks for it; nothing is opened yet. */
export interface ExporterPlan {
  /** In `telemetry_export_failures_total{exporter}`, log lines and the folder of the spool: `otlp`, `grafana_cloud`, … */
  readonly name: string;
  /** For log lines: without secrets. */
  readonly url: string;
  readonly traces?: SignalPlan<FinishedSpan>;
  /** Finished JSON lines: redacted already, small to keep, and parsed only when they are sent. */
  readonly logs?: SignalPlan<string>;
  readonly metrics?: MetricsPlan;
}

/** How one signal goes there. */
export interface SignalPlan<T> {
  /** Loads what it needs now; rejects with a clear message when a package or file is missing. */
  openTransport(): Promise<Transport>;
  encode(records: readonly T[]): EncodedBatch;
}

/** How metrics go there: what the engine holds is read at intervals. */
export interface MetricsPlan {
  openTransport(): Promise<Transport>;
  readonly intervalMs: number;
  readonly temporality: 'cumulative' | 'delta' | 'lowmemory';
  /** Whether exponential buckets are sent where a histogram has them, instead of its declared ones. @default true */
  readonly exponential?: boolean;
  /** Several when one request would be too large. */
  encode(metrics: readonly ResourceMetrics[]): readonly EncodedBatch[];
}

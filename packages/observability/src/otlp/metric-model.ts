import type { Attributes, Resource, Scope } from './common-model.ts';

// The metrics of https://github.com/open-telemetry/opentelemetry-proto, as this library holds them: between the engine and
// the wire, between the wire and the merge, and between processes.

/** One process' metrics, or a part of them, at one moment. */
export interface ResourceMetrics {
  readonly resource: Resource;
  readonly scopes: readonly ScopeMetrics[];
  readonly schemaUrl?: string;
}

export interface ScopeMetrics {
  readonly scope: Scope;
  readonly metrics: readonly MetricData[];
  readonly schemaUrl?: string;
}

/** Since when a value counts: since the start of the process, or since the last export. */
export type Temporality = 'unspecified' | 'delta' | 'cumulative';

interface MetricIdentity {
  readonly name: string;
  readonly description: string;
  /** UCUM, e.g. `s`, `By`, `1`; empty when unknown. */
  readonly unit: string;
}

export type MetricData = MetricIdentity &
  (
    | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
    | {
        readonly kind: 'sum';
        readonly temporality: Temporality;
        readonly isMonotonic: boolean;
        readonly points: readonly NumberPoint[];
      }
    | { readonly kind: 'histogram'; readonly temporality: Temporality; readonly points: readonly HistogramPoint[] }
    | {
        readonly kind: 'exponential_histogram';
        readonly temporality: Temporality;
        readonly points: readonly ExponentialHistogramPoint[];
      }
    | { readonly kind: 'summary'; readonly points: readonly SummaryPoint[] }
  );

interface Point {
  readonly attributes: Attributes;
  /** Epoch nanoseconds; 0n when unknown. */
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  /** Bit 0: there is no value, the series has ended. */
  readonly flags: number;
}

export interface NumberPoint extends Point {
  /** `bigint` for the protocol's as_int, else as_double; undefined when neither is set. */
  readonly value: number | bigint | undefined;
  readonly exemplars: readonly ExemplarPoint[];
}

export interface HistogramPoint extends Point {
  readonly count: number;
  readonly sum: number | undefined;
  /** One more than bounds, not cumulative; empty when only count and sum are known. */
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly exemplars: readonly ExemplarPoint[];
}

/** `counts[i]` are the values above base^(offset + i) up to base^(offset + i + 1), base = 2^(2^-scale). */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface ExponentialHistogramPoint extends Point {
  readonly count: number;
  readonly sum: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly exemplars: readonly ExemplarPoint[];
}

export interface SummaryPoint extends Point {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export interface ExemplarPoint {
  readonly filteredAttributes: Attributes;
  readonly timeUnixNano: bigint;
  readonly value: number | bigint | undefined;
  /** Hex, 32 characters; empty when there is none. */
  readonly traceId: string;
  /** Hex, 16 characters; empty when there is none. */
  readonly spanId: string;
}

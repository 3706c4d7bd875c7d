import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from '../../otlp/decode-request.ts';
import { encodeLogsRequest, encodeMetricsRequest, encodeTracesRequest } from '../../otlp/encode-request.ts';
import type { ResourceLogs } from '../../otlp/log-model.ts';
import type { MetricData, ResourceMetrics, ScopeMetrics } from '../../otlp/metric-model.ts';
import type { OtlpEncoding } from '../../otlp/otlp-encoding.ts';
import type { ResourceSpans } from '../../otlp/trace-model.ts';
import type { EncodedBatch } from '../encoded-batch.ts';

/** Two halves of an OTLP request that was too long; undefined where it cannot be parted. Never throws. */
export function splitRequest(batch: EncodedBatch): readonly EncodedBatch[] | undefined {
  const encoding = encodings[batch.contentType];
  if (encoding === undefined || batch.records < 2) return undefined;
  try {
    return halves(batch, encoding);
  } catch {
    return undefined;
  }
}

const encodings: Readonly<Record<string, OtlpEncoding>> = {
  'application/x-protobuf': 'protobuf',
  'application/json': 'json',
};

function halves(batch: EncodedBatch, encoding: OtlpEncoding): EncodedBatch[] {
  const middle = batch.records >> 1;
  const half = (records: number, body: Uint8Array): EncodedBatch => ({ ...batch, body, records });
  const rest = batch.records - middle;
  switch (batch.signal) {
    case 'traces': {
      const [first, second] = partSpans(decodeTracesRequest(batch.body, encoding), batch.records);
      return [half(middle, encodeTracesRequest(first, encoding)), half(rest, encodeTracesRequest(second, encoding))];
    }
    case 'logs': {
      const [first, second] = partLogs(decodeLogsRequest(batch.body, encoding), batch.records);
      return [half(middle, encodeLogsRequest(first, encoding)), half(rest, encodeLogsRequest(second, encoding))];
    }
    case 'metrics': {
      const [first, second] = partMetrics(decodeMetricsRequest(batch.body, encoding), batch.records);
      return [half(middle, encodeMetricsRequest(first, encoding)), half(rest, encodeMetricsRequest(second, encoding))];
    }
  }
}

/** Counts off items, so that the first half of them comes to one side, wherever they stand. */
class Divider {
  readonly #records: number;
  #left: number;
  #seen = 0;

  constructor(records: number) {
    this.#records = records;
    this.#left = records >> 1;
  }

  /** @throws Error where it was no such request: Prometheus' own bears the same content type */
  check(): void {
    if (this.#seen !== this.#records) throw new Error('another number of records than was encoded');
  }

  part<T>(items: readonly T[]): readonly [readonly T[], readonly T[]] {
    const taken = Math.min(this.#left, items.length);
    this.#left -= taken;
    this.#seen += items.length;
    return [items.slice(0, taken), items.slice(taken)];
  }
}

function partSpans(resources: readonly ResourceSpans[], records: number): [ResourceSpans[], ResourceSpans[]] {
  const divider = new Divider(records);
  const parted = resources.map((resource) =>
    resource.scopes.map((scope) => divider.part(scope.spans).map((spans) => ({ ...scope, spans }))),
  );
  divider.check();
  return bothSides(resources, parted);
}

function partLogs(resources: readonly ResourceLogs[], records: number): [ResourceLogs[], ResourceLogs[]] {
  const divider = new Divider(records);
  const parted = resources.map((resource) =>
    resource.scopes.map((scope) => divider.part(scope.records).map((records) => ({ ...scope, records }))),
  );
  divider.check();
  return bothSides(resources, parted);
}

function partMetrics(resources: readonly ResourceMetrics[], records: number): [ResourceMetrics[], ResourceMetrics[]] {
  const divider = new Divider(records);
  const parted = resources.map((resource) =>
    resource.scopes.map((scope) => {
      const metrics = scope.metrics.map((metric) => partMetric(metric, divider));
      return [0, 1].map((side) => ({
        ...scope,
        metrics: metrics.flatMap((sides) => sides[side] ?? []).filter(({ points }) => points.length > 0),
      }));
    }),
  );
  divider.check();
  return bothSides<ScopeMetrics, ResourceMetrics>(resources, parted);
}

/** One case each, because the type of the points follows the kind. */
function partMetric(metric: MetricData, divider: Divider): readonly MetricData[] {
  switch (metric.kind) {
    case 'gauge':
      return divider.part(metric.points).map((points) => ({ ...metric, points }));
    case 'sum':
      return divider.part(metric.points).map((points) => ({ ...metric, points }));
    case 'histogram':
      return divider.part(metric.points).map((points) => ({ ...metric, points }));
    case 'exponential_histogram':
      return divider.part(metric.points).map((points) => ({ ...metric, points }));
    case 'summary':
      return divider.part(metric.points).map((points) => ({ ...metric, points }));
  }
}

/** @param parted for each resource and scope its two sides */
function bothSides<S, R extends { readonly scopes: readonly S[] }>(
  resources: readonly R[],
  parted: readonly (readonly (readonly S[])[])[],
): [R[], R[]] {
  const side = (which: 0 | 1): R[] =>
    resources.map((resource, index) => ({
      ...resource,
      scopes: (parted[index] ?? []).flatMap((scope) => scope[which] ?? []),
    }));
  return [side(0), side(1)];
}

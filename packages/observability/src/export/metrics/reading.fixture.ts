import { createRegistry } from '../../metrics/registry.ts';
import type { RegistryHooks } from '../../metrics/registry-hooks.ts';
import type { MetricData, ResourceMetrics } from '../../otlp/metric-model.ts';
import { createMetricReader, type MetricReaderOptions } from './metric-reader.ts';

export const startMs = 1_000_000;

/** Epoch nanoseconds of a time of the test's clock. */
export const nano = (ms: number): bigint => BigInt(ms) * 1_000_000n;

/** A registry and a reader of it, on a clock that the test moves. The process began at `startMs`. */
export function createReading(
  options: Partial<MetricReaderOptions> = {},
  hooks: Omit<RegistryHooks, 'now' | 'elapsedMs'> = {},
) {
  let nowMs = startMs;
  const registry = createRegistry({ ...hooks, now: () => nowMs, elapsedMs: () => nowMs });
  const reader = createMetricReader({
    registry,
    temporality: 'cumulative',
    resource: { attributes: { 'service.name': 'test' } },
    now: () => nowMs,
    startedAtMs: startMs,
    ...options,
  });
  return {
    registry,
    reader,
    pass: (ms: number) => {
      nowMs += ms;
    },
    async readAfter(ms: number): Promise<ReadonlyMap<string, MetricData>> {
      nowMs += ms;
      return byName(await reader.read());
    },
  };
}

/** The metrics of a read by name, whatever pieces they were in. */
export function byName(metrics: readonly ResourceMetrics[]): ReadonlyMap<string, MetricData> {
  const all = new Map<string, MetricData>();
  for (const { scopes } of metrics) {
    for (const metric of scopes.flatMap((scope) => scope.metrics)) {
      const before = all.get(metric.name);
      all.set(
        metric.name,
        before === undefined ? metric : ({ ...metric, points: [...before.points, ...metric.points] } as MetricData),
      );
    }
  }
  return all;
}

type Kind = MetricData['kind'];
type PointsOf<K extends Kind> = Extract<MetricData, { kind: K }>['points'];

/** The points of a metric of this kind. @throws Error when it is of another, or not there */
export function pointsOf<K extends Kind>(metrics: ReadonlyMap<string, MetricData>, name: string, kind: K): PointsOf<K> {
  const metric = metrics.get(name);
  if (metric?.kind !== kind) throw new Error(`expected ${name} to be a ${kind}, it is ${metric?.kind ?? 'missing'}`);
  return metric.points as PointsOf<K>;
}

/** Values by the labels' values, joined by a slash. */
export function valuesOf(
  metrics: ReadonlyMap<string, MetricData>,
  name: string,
  kind: 'sum' | 'gauge',
): Record<string, number | bigint | undefined> {
  const points = metrics.has(name) ? pointsOf(metrics, name, kind) : [];
  return Object.fromEntries(points.map(({ attributes, value }) => [Object.values(attributes).join('/'), value]));
}

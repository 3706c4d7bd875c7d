import { expect, test } from 'vitest';
import { decodeMetricsRequest } from '../../otlp/decode-request.ts';
import type { ResourceMetrics } from '../../otlp/metric-model.ts';
import { encodeMetricBatches } from './batch-metrics.ts';
import { createReading } from './reading.fixture.ts';
import { countPoints, splitMetrics } from './split-metrics.ts';

/** Gauges `a`, `b`, … of as many points as asked for, all of one process. */
function createMetrics(counts: readonly number[], text = ''): readonly ResourceMetrics[] {
  const metrics = counts.map((count, i) => ({
    name: String.fromCharCode(97 + i),
    description: '',
    unit: '',
    kind: 'gauge' as const,
    points: Array.from({ length: count }, (_, point) => ({
      attributes: { point: `${point}${text}` },
      startTimeUnixNano: 0n,
      timeUnixNano: 1n,
      flags: 0,
      value: point,
      exemplars: [],
    })),
  }));
  return [{ resource: { attributes: { 'service.name': 'x' } }, scopes: [{ scope: { name: 's' }, metrics }] }];
}

const shapeOf = (metrics: readonly ResourceMetrics[]) =>
  metrics.flatMap(({ scopes }) =>
    scopes.flatMap((scope) => scope.metrics.map(({ name, points }) => `${name}${points.length}`)),
  );

test('parts keep order and identity, and a metric goes on in the next one', () => {
  const parts = splitMetrics(createMetrics([3, 4, 1]), 5);
  expect(parts.map(shapeOf)).toEqual([
    ['a3', 'b2'],
    ['b2', 'c1'],
  ]);
  expect(parts[1]?.[0]?.resource).toEqual({ attributes: { 'service.name': 'x' } });
  expect(splitMetrics(createMetrics([3, 4, 1]), 8)).toHaveLength(1);
  expect(splitMetrics([], 8)).toEqual([]);
});

test.each(['protobuf', 'json'] as const)('requests hold at most 5 000 points, and say how many (%s)', (encoding) => {
  const batches = encodeMetricBatches(createMetrics([4_000, 4_000, 4_000]), encoding);
  expect(batches.map(({ records }) => records)).toEqual([5_000, 5_000, 2_000]);
  for (const { body, records, signal, isImportant, contentType } of batches) {
    expect(countPoints(decodeMetricsRequest(body, encoding))).toBe(records);
    expect([signal, isImportant]).toEqual(['metrics', false]);
    expect(contentType).toBe(encoding === 'json' ? 'application/json' : 'application/x-protobuf');
  }
});

test('requests that would be longer than 2 MiB are parted', () => {
  const batches = encodeMetricBatches(createMetrics([2_500, 2_500], 'x'.repeat(1_000)), 'protobuf');
  expect(batches.map(({ records }) => records)).toEqual([1_250, 1_250, 1_250, 1_250]);
  for (const { body } of batches) expect(body.byteLength).toBeLessThanOrEqual(2 * 1024 * 1024);
});

test('a single point that is too long is sent as it is', () => {
  const batches = encodeMetricBatches(createMetrics([1, 1], 'x'.repeat(3_000_000)), 'json');
  expect(batches.map(({ records }) => records)).toEqual([1, 1]);
});

test('what was read arrives as it was read', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const { registry, reader, pass } = createReading(
    {},
    { activeExemplar: () => ({ traceId, spanId: 'b7ad6b7169203331' }) },
  );
  pass(1);
  registry.counter({ name: 'done_total', help: 'Done.', exemplars: true }).inc(3);
  registry.gauge({ name: 'level', help: 'h', labels: { item: { limit: 5 } } }).set({ item: 'é"' }, -0.5);
  registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [-1, 0.5] }).observe(0.25);
  registry.histogram({ name: 'size_bytes', help: 'h', native: true }).observe(1e9);
  pass(1);
  const read = await reader.read();
  for (const encoding of ['protobuf', 'json'] as const) {
    const [batch] = encodeMetricBatches(read, encoding);
    expect(decodeMetricsRequest(batch?.body ?? new Uint8Array(), encoding)).toEqual(read);
  }
});

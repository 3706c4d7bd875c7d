import { expect, test } from 'vitest';
import { createReading, startMs } from '../metrics/reading.fixture.ts';
import { encodeRemoteWrite } from './encode-remote-write.ts';
import { type DecodedRequest, decodeWriteRequest, linesOf, toValue } from './write-request.fixture.ts';

const second = 1_000;
const labels = { item: { limit: 5_000 } } as const;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const resource = { attributes: { 'service.namespace': 'shop', 'service.name': 'cart', 'service.instance.id': 'i-1' } };

function createWriting(attributes: Readonly<Record<string, string>> = resource.attributes) {
  const reading = createReading({ resource: { attributes } }, { activeExemplar: () => ({ traceId, spanId }) });
  const { reader, pass } = reading;
  return {
    ...reading,
    /** All requests of a read put together. */
    async write(externalLabels: Readonly<Record<string, string>> = {}): Promise<DecodedRequest> {
      pass(second);
      const requests = encodeRemoteWrite(await reader.read(), externalLabels).map(({ body }) =>
        decodeWriteRequest(body),
      );
      return {
        timeseries: requests.flatMap(({ timeseries }) => timeseries),
        metadata: requests.flatMap(({ metadata }) => metadata),
      };
    },
  };
}

test('labels stand in the order of their names, whatever was declared and configured', async () => {
  const { registry, write } = createWriting();
  const declared = { zone: { limit: 1 }, a: { limit: 1 }, le_: { limit: 1 } };
  registry.gauge({ name: 'level', help: 'h', labels: declared }).set({ zone: 'z', a: 'é"\n', le_: '' }, 1);
  const { timeseries } = await write({ Cluster: 'blue', b: 'x', empty: '' });
  expect(timeseries[0]?.labels.map(({ name, value }) => [name, value])).toEqual([
    ['Cluster', 'blue'],
    ['__name__', 'level'],
    ['a', 'é"\n'],
    ['b', 'x'],
    ['instance', 'i-1'],
    ['job', 'shop/cart'],
    ['zone', 'z'],
  ]);
});

test('a metric’s own job and instance are kept as a scrape keeps them; other labels of it win over external ones', async () => {
  const { registry, write } = createWriting();
  const declared = { job: { limit: 1 }, instance: { limit: 1 }, zone: { limit: 1 } };
  registry.gauge({ name: 'level', help: 'h', labels: declared }).set({ job: 'own', instance: '', zone: 'own' }, 1);
  expect(linesOf(await write({ zone: 'external' }), [])).toEqual([
    'level{exported_job="own",instance="i-1",job="shop/cart",zone="own"} 1',
  ]);
});

test('job and instance give way to configured ones', async () => {
  const { registry, write } = createWriting();
  registry.gauge({ name: 'level', help: 'h' }).set(1);
  expect(linesOf(await write({ instance: 'host-7', job: '' }), [])).toEqual(['level{instance="host-7"} 1']);
});

test('what else a resource says is in target_info', async () => {
  const { registry, write } = createWriting({
    ...resource.attributes,
    'service.version': '1.2',
    'cloud.region': 'eu',
    cloud_region: 'x',
  });
  registry.gauge({ name: 'level', help: 'h' }).set(1);
  expect(linesOf(await write())).toEqual(['target_info{cloud_region="eu;x",service_version="1.2"} 1', 'level 1']);
});

test('a histogram is its buckets, counted up, its sum and its count; each bucket has its newest exemplar', async () => {
  const { registry, write, pass } = createWriting();
  const wait = registry.histogram({ name: 'wait_seconds', help: 'Wait.', labels, buckets: [0.5, 1e6] });
  pass(1);
  for (const value of [0.25, 0.5, 7, 2e6]) wait.observe({ item: 'a' }, value);
  const request = await write();
  expect(linesOf(request)).toEqual([
    'wait_seconds_bucket{item="a",le="0.5"} 2',
    'wait_seconds_bucket{item="a",le="1e+06"} 3',
    'wait_seconds_bucket{item="a",le="+Inf"} 4',
    'wait_seconds_sum{item="a"} 2000007.75',
    'wait_seconds_count{item="a"} 4',
  ]);
  const ids = [
    { name: 'span_id', value: spanId },
    { name: 'trace_id', value: traceId },
  ];
  expect(request.timeseries.map(({ exemplars }) => exemplars)).toEqual([
    [{ labels: ids, value: 0.5, timestamp: startMs + 1 }],
    [{ labels: ids, value: 7, timestamp: startMs + 1 }],
    [{ labels: ids, value: 2e6, timestamp: startMs + 1 }],
    [],
    [],
  ]);
  expect(request.timeseries[0]?.samples[0]?.timestamp).toBe(startMs + 1 + second);
  expect(request.metadata).toEqual([{ type: 3, metricFamilyName: 'wait_seconds', help: 'Wait.', unit: 'seconds' }]);
});

test('exponential buckets are spans, each count as its difference to the one before', async () => {
  const { registry, write } = createWriting();
  const size = registry.histogram({ name: 'size', help: 'h', native: true });
  for (const value of [1, 1, 1, 2, -4, 0]) size.observe(value);
  const [series] = (await write()).timeseries;
  expect(series?.samples).toEqual([]);
  expect(series?.histograms).toMatchObject([
    {
      countInt: 6,
      schema: 3,
      zeroCountInt: 1,
      // Numbered by upper bounds, which is one more than in OTLP.
      positiveSpans: [
        { offset: 0, length: 1 },
        { offset: 7, length: 1 },
      ],
      positiveDeltas: [3, -2],
      negativeSpans: [{ offset: 16, length: 1 }],
      negativeDeltas: [1],
      timestamp: startMs + second,
    },
  ]);
  expect(toValue(series?.histograms[0]?.sumBits ?? { low: 0, high: 0 })).toBe(1);
});

test('series that ended get the marker for it, those of a histogram all of theirs; NaN is no marker', async () => {
  const { registry, write } = createWriting();
  const level = registry.gauge({ name: 'level', help: 'h', labels });
  level.set({ item: 'gone' }, 1);
  level.set({ item: 'nan' }, Number.NaN);
  registry.histogram({ name: 'wait', help: 'h', buckets: [1] }).observe(2);
  registry.histogram({ name: 'size', help: 'h', native: true }).observe(2);
  await write();
  level.remove({ item: 'gone' });
  registry.remove('wait');
  registry.remove('size');
  const request = await write();
  expect(linesOf(request)).toEqual([
    'level{item="gone"} stale',
    'level{item="nan"} NaN',
    'wait_bucket{le="1.0"} stale',
    'wait_bucket{le="+Inf"} stale',
    'wait_sum stale',
    'wait_count stale',
  ]);
  const size = request.timeseries.find(({ histograms }) => histograms.length > 0);
  expect(toValue(size?.histograms[0]?.sumBits ?? { low: 0, high: 0 })).toBe('stale');
  expect(linesOf(await write())).toEqual(['level{item="nan"} NaN']);
});

test('requests end after some 2 000 series, never within a histogram, each with the metadata of what it holds', async () => {
  const { registry, reader } = createWriting();
  const wait = registry.histogram({ name: 'wait', help: 'h', labels, buckets: [1, 2, 3, 4, 5] });
  for (let i = 0; i < 1_000; i++) wait.observe({ item: `i${i}` }, 1);
  const batches = encodeRemoteWrite(await reader.read(), {});
  const requests = batches.map(({ body }) => decodeWriteRequest(body));
  expect(batches.length).toBeGreaterThan(3);
  expect(batches.reduce((sum, { records }) => sum + records, 0)).toBe(1_000);
  for (const { timeseries, metadata } of requests) {
    expect(timeseries.length % 8).toBe(0);
    expect(timeseries.length).toBeLessThanOrEqual(2_008);
    expect(metadata.map(({ metricFamilyName }) => metricFamilyName)).toEqual(['wait']);
  }
});

test('times of a series only ever grow, whatever the clock does', async () => {
  const { registry, write, pass } = createWriting();
  registry.gauge({ name: 'level', help: 'h' }).set(1);
  const times: number[] = [];
  for (const ms of [0, -3_600 * second, 5, 0]) {
    pass(ms - second);
    times.push((await write()).timeseries[0]?.samples[0]?.timestamp ?? 0);
  }
  expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0))).toBe(true);
});

test('delta points, and names that cannot be one, are left out', () => {
  const point = { attributes: {}, startTimeUnixNano: 0n, timeUnixNano: 1n, flags: 0, value: 1, exemplars: [] };
  const facts = { description: '', unit: '', points: [point] };
  const metrics = [
    { ...facts, name: 'delta_total', kind: 'sum', temporality: 'delta', isMonotonic: true },
    { ...facts, name: '', kind: 'gauge' },
  ] as const;
  expect(encodeRemoteWrite([{ resource, scopes: [{ scope: { name: '' }, metrics }] }], {})).toEqual([]);
});

import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import client from 'prom-client';
import { expect, test } from 'vitest';
import { createRegistry, type Registry } from '../../registry.ts';
import type { Sample } from '../../samples.ts';
import { readSharedData } from '../../shared-data.fixture.ts';
import type { OutputFormat } from '../formats.ts';
import { type DecodedFamily, type DecodedMetric, decodeDelimited, expandSpans } from './decoder.fixture.ts';

async function read(registry: Registry, format: OutputFormat = 'protobuf'): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of registry.renderBytes({ format })) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function readFamily(registry: Registry, name: string): Promise<DecodedFamily | undefined> {
  return decodeDelimited(await read(registry)).find((family) => family.name === name);
}

/** The samples of a message as the text formats name them. */
function toSamples({ name, metric }: DecodedFamily): Sample[] {
  return metric.flatMap(({ label = [], counter, gauge, untyped, histogram }) => {
    const labels = Object.fromEntries(label.map((pair) => [pair.name, pair.value]));
    const simple = counter ?? gauge ?? untyped;
    if (simple !== undefined) return [{ name, labels, value: simple.value }];
    const buckets = (histogram?.bucket ?? []).map(({ upper_bound, cumulative_count }) => ({
      name: `${name}_bucket`,
      labels: { ...labels, le: toBound(upper_bound) },
      value: cumulative_count,
    }));
    return [
      ...buckets,
      { name: `${name}_sum`, labels, value: histogram?.sample_sum ?? Number.NaN },
      { name: `${name}_count`, labels, value: histogram?.sample_count ?? Number.NaN },
    ];
  });
}

const toBound = (bound: number) => (bound === Infinity ? '+Inf' : String(bound));
const sameBound = ({ name, labels, value }: Sample): Sample => {
  const { le, ...others } = labels;
  if (le === undefined) return { name, labels, value };
  return { name, labels: { ...others, le: le === '+Inf' ? le : String(Number(le)) }, value };
};

test('any label values and numbers are read back as they are', async () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(-0, 5e-324, 1e21, 2 ** 53 + 1, Number.NaN, Infinity, -Infinity));
  const entry = fc.record({ first: fc.string({ unit: 'binary' }), second: fc.string(), value, wait: fc.double() });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 30 }), async (entries) => {
      const registry = createRegistry();
      const labels = { first: { limit: 20 }, second: { limit: 20 } };
      const level = registry.gauge({ name: 'level', help: 'h\n"é"\\', labels });
      const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels, buckets: [-1, 0.1, 5] });
      const done = registry.counter({ name: 'done_total', help: 'h', labels });
      for (const { first, second, value: set, wait: observed } of entries) {
        level.set({ first, second }, set);
        wait.observe({ first, second }, observed);
        done.inc({ first, second }, Math.abs(observed));
      }
      const families = decodeDelimited(await read(registry)).filter(({ name }) => !name.startsWith('metrics_'));
      const shown = registry.samples().filter(({ name }) => !name.startsWith('metrics_'));
      expect(families.flatMap(toSamples)).toEqual(shown.map(sameBound));
    }),
    { numRuns: 100 },
  );
});

test('every naughty string is read back (those of the shared data, where it is there)', async () => {
  const texts = JSON.parse(readSharedData('conformance/json/blns.json') ?? '["", "\\"", "😀", "\\n"]') as string[];
  const registry = createRegistry();
  const level = registry.gauge({ name: 'level', help: texts.join(' '), labels: { text: { limit: 1000 } } });
  for (const text of texts) level.set({ text }, 1);
  const family = await readFamily(registry, 'level');
  const expected = registry.samples().filter(({ name }) => name === 'level');
  expect(toSamples(family as DecodedFamily)).toEqual(expected);
  expect(family?.help).toBe(texts.join(' '));
});

test('families carry name, help, type and unit; those without series are left out', async () => {
  const registry = createRegistry();
  registry.counter({ name: 'read_bytes_total', help: 'What was read.' }).inc(3);
  registry.histogram({ name: 'wait_seconds', help: 'h', labels: { of: { limit: 1 } } });
  registry.gauge({ name: 'level', help: 'h' }).set(-1);
  const families = decodeDelimited(await read(registry));
  expect(families.filter(({ name }) => !name.startsWith('metrics_'))).toEqual([
    { name: 'read_bytes_total', help: 'What was read.', type: 0, unit: 'bytes', metric: [{ counter: { value: 3 } }] },
    { name: 'level', help: 'h', type: 1, metric: [{ gauge: { value: -1 } }] },
  ]);
});

test('exemplars of buckets and counters carry span and time; what is no id carries none', async () => {
  let traceId = 'ab';
  const registry = createRegistry({ activeExemplar: () => ({ traceId, spanId: 'cd' }), now: () => 1_500_000_000_123 });
  registry.counter({ name: 'done_total', help: 'h', exemplars: true }).inc(2);
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1], native: true });
  wait.observe(0.5);
  traceId = 'not an id';
  wait.observe(5);
  const label = [
    { name: 'trace_id', value: 'ab' },
    { name: 'span_id', value: 'cd' },
  ];
  const timestamp = { seconds: 1_500_000_000, nanos: 123_000_000 };
  const done = await readFamily(registry, 'done_total');
  expect(done?.metric[0]?.counter).toEqual({ value: 2, exemplar: { label, value: 2, timestamp } });
  const buckets = (await readFamily(registry, 'wait_seconds'))?.metric[0]?.histogram?.bucket;
  expect(buckets?.map(({ exemplar }) => exemplar)).toEqual([{ label, value: 0.5, timestamp }, undefined]);
});

const observed = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -100, max: 100 }),
  fc.constantFrom(0, -0, 1, 2, 1024, -0.25, 2 ** -128, 2 ** -127, Number.MAX_VALUE),
);

test('native buckets say for any observations how many lie in which, beside classic ones of the same count', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(observed, { maxLength: 100 }), async (values) => {
      const registry = createRegistry();
      const size = registry.histogram({ name: 'size', help: 'h', native: { maxBuckets: 20 } });
      for (const value of values) size.observe(value);
      const shown = (await readFamily(registry, 'size'))?.metric[0]?.histogram as NonNullable<
        DecodedMetric['histogram']
      >;
      const positive = expandSpans(shown.positive_span, shown.positive_delta);
      const negative = expandSpans(shown.negative_span, shown.negative_delta);
      const inSpans = [...positive.values(), ...negative.values()].reduce((sum, count) => sum + count, 0);
      expect(inSpans + (shown.zero_count ?? 0)).toBe(values.length);
      expect([shown.sample_count, shown.bucket.at(-1)?.cumulative_count]).toEqual([values.length, values.length]);
      expect(shown.zero_threshold).toBe(2 ** -128);
      const power = 2 ** -(shown.schema ?? Number.NaN);
      for (const [index, count] of positive) {
        const [above, upTo] = [2 ** ((index - 1) * power), 2 ** (index * power)];
        // The bounds as rounded powers: what is within a millionth of one may lie on either side.
        const most = values.filter((value) => value > above * (1 - 1e-6) && value <= upTo * (1 + 1e-6)).length;
        expect(count).toBeLessThanOrEqual(most);
      }
    }),
    { numRuns: 200 },
  );
});

test('a native histogram without observations is known as one', async () => {
  const registry = createRegistry();
  registry.histogram({ name: 'size', help: 'h', native: true });
  const shown = (await readFamily(registry, 'size'))?.metric[0]?.histogram;
  expect(shown).toMatchObject({ sample_count: 0, schema: 3, zero_threshold: 2 ** -128, zero_count: 0 });
});

test('attached registries are shown whole: types, quantiles, buckets, exemplars, default labels', async () => {
  const foreign = new client.Registry();
  foreign.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE as never);
  foreign.setDefaultLabels({ zone: 'a' });
  const registers = [foreign];
  const wait = new client.Histogram({ name: 'wait', help: 'w', buckets: [1, 2], registers, enableExemplars: true });
  wait.observe({ value: 1.5, labels: {}, exemplarLabels: { trace_id: 'ab' } } as never);
  new client.Summary({ name: 'took', help: 't', percentiles: [0.5], registers }).observe(3);
  new client.Counter({ name: 'done_total', help: 'd', labelNames: ['of'], registers }).inc({ of: 'x"\n' }, 1.5);
  const registry = createRegistry();
  registry.attach(foreign);
  const label = [{ name: 'zone', value: 'a' }];
  const waited = await readFamily(registry, 'wait');
  expect(waited).toMatchObject({
    type: 4,
    help: 'w',
    metric: [{ label, histogram: { sample_count: 1, sample_sum: 1.5 } }],
  });
  const buckets = waited?.metric[0]?.histogram?.bucket;
  expect(buckets?.map(({ upper_bound, cumulative_count }) => [upper_bound, cumulative_count])).toEqual([
    [1, 0],
    [2, 1],
    [Infinity, 1],
  ]);
  expect(buckets?.[1]?.exemplar).toMatchObject({ label: [{ name: 'trace_id', value: 'ab' }], value: 1.5 });
  expect(await readFamily(registry, 'took')).toMatchObject({
    type: 2,
    metric: [{ label, summary: { sample_count: 1, sample_sum: 3, quantile: [{ quantile: 0.5, value: 3 }] } }],
  });
  const done = await readFamily(registry, 'done_total');
  expect(done).toMatchObject({ type: 0, metric: [{ counter: { value: 1.5 } }] });
  expect(done?.metric[0]?.label).toEqual([{ name: 'of', value: 'x"\n' }, ...label]);
});

test('what an attached registry holds that cannot be shown is left out and counted, secrets are taken out', async () => {
  const registry = createRegistry();
  const throwing = {
    get value(): number {
      throw new Error('no');
    },
  };
  const values = [
    { value: 1, labels: { of: 'x' } },
    { value: 2, labels: { of: 'x' } },
    { value: 3, labels: { of: 'Bearer abcdefghijklmnopqrstuvwxyz0123456789' } },
    throwing,
    null,
  ];
  registry.attach({ getMetricsAsArray: () => [{ get: () => ({ name: 'level', help: 'h', type: 'gauge', values }) }] });
  const shown = (await readFamily(registry, 'level'))?.metric ?? [];
  expect(shown.map(({ gauge }) => gauge?.value)).toEqual([1, 3]);
  expect(JSON.stringify(shown)).not.toContain('abcdefghij');
  expect(registry.value('telemetry_dropped_total', { reason: 'attached_invalid' })).toBe(3);
});

test('a large family comes in chunks, with turns of the event loop between', async () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 60_000 } } });
  for (let i = 0; i < 60_000; i++) done.inc({ item: `item ${i}` }, i);
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const chunks: Buffer[] = [];
  for await (const chunk of registry.renderBytes({ format: 'protobuf' })) chunks.push(Buffer.from(chunk));
  isOver = true;
  expect(turns).toBeGreaterThan(5);
  expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(160 * 1024);
  const [family] = decodeDelimited(Buffer.concat(chunks));
  expect(family?.metric.map(({ counter }) => counter?.value)).toEqual(Array.from({ length: 60_000 }, (_, i) => i));
});

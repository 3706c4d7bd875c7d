import { describe, expect, test } from 'vitest';
import { parseStrictly } from '../metrics/exposition/parser/strict-parser.fixture.ts';
import { decodeDelimited } from '../metrics/exposition/protobuf/decoder.fixture.ts';
import type {
  ExponentialHistogramPoint,
  MetricData,
  NumberPoint,
  ResourceMetrics,
  SummaryPoint,
} from '../otlp/metric-model.ts';
import type { MergeHooks, MergeSettings, MergeWarning } from './merge-settings.ts';
import type { MergedMetrics } from './merged-metrics.ts';
import {
  counterOf,
  createMerge,
  gaugeOf,
  histogramOf,
  histogramPoint,
  numberPoint,
  of,
  shownOf,
  source,
  textOf,
} from './otlp.fixture.ts';
import { toRefusalMessage } from './refusals.ts';

function createTelling(changes: Partial<MergeSettings & MergeHooks> = {}) {
  const warnings: MergeWarning[] = [];
  const counted = new Map<string, number>();
  const made = createMerge({
    onWarning: (warning) => warnings.push(warning),
    onRefused: (reason, points) => counted.set(reason, (counted.get(reason) ?? 0) + points),
    ...changes,
  });
  return { ...made, warnings, counted };
}

async function messagesOf(merge: MergedMetrics) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of merge.renderBytes({ format: 'protobuf' })) chunks.push(chunk);
  return decodeDelimited(Buffer.concat(chunks));
}

describe('gauges', () => {
  const told = (name: string, a: number, b: number) => [
    of(gaugeOf(name, [numberPoint(a, { time: 5 })])),
    of(gaugeOf(name, [numberPoint(b, { time: 4 })])),
  ];

  test.each([
    ['queue_length', 7],
    ['process_resident_memory_bytes', 7],
    ['build_info', 4],
    ['nodejs_eventloop_lag_seconds', 4],
    ['process_start_time_seconds', 4],
    ['last_success_timestamp_seconds', 4],
    ['cache_fill_ratio', 4],
    ['database_up', 4],
    ['circuit_breaker_state', 4],
    ['schema_version', 3],
  ])('%s of two processes that say 3 (later) and 4 is %s', async (name, shown) => {
    const { merge } = createMerge();
    for (const [i, metrics] of told(name, 3, 4).entries()) merge.update(source(`p${i}`), metrics);
    expect(await shownOf(merge, `${name}{job="shop"}`)).toBe(shown);
  });

  test.each([
    ['sum', 7],
    ['min', 3],
    ['max', 4],
    ['last', 3],
  ] as const)('by the rule %s they are %s', async (rule, shown) => {
    const { merge } = createMerge({ rules: { open_things: rule } });
    for (const [i, metrics] of told('open.things', 3, 4).entries()) merge.update(source(`p${i}`), metrics);
    expect(await shownOf(merge, 'open_things{job="shop"}')).toBe(shown);
  });

  test('a value that is none does not hide those of others from min and max', async () => {
    const { merge } = createMerge({ rules: { low: 'min', high: 'max' } });
    const metrics = (value: number) => of(gaugeOf('low', [numberPoint(value)]), gaugeOf('high', [numberPoint(value)]));
    for (const [i, value] of [Number.NaN, 2, Number.NaN].entries()) merge.update(source(`p${i}`), metrics(value));
    expect([await shownOf(merge, 'low{job="shop"}'), await shownOf(merge, 'high{job="shop"}')]).toEqual([2, 2]);
  });

  test('sums that may fall are added up, told whole or by what changed', async () => {
    const { merge } = createMerge();
    const sum = (points: readonly NumberPoint[], temporality: 'delta' | 'cumulative') =>
      of({ kind: 'sum', name: 'open', description: '', unit: '1', temporality, isMonotonic: false, points });
    merge.update(source('a'), sum([numberPoint(5)], 'cumulative'));
    merge.update(source('a'), sum([numberPoint(3, { time: 3 })], 'cumulative'));
    merge.update(source('b'), sum([numberPoint(4)], 'delta'));
    merge.update(source('b'), sum([numberPoint(-1, { start: 2, time: 3 })], 'delta'));
    const text = await textOf(merge);
    expect(text).toContain('# TYPE open gauge\nopen{job="shop"} 6\n');
    merge.end('b');
    expect(await shownOf(merge, 'open{job="shop"}')).toBe(3);
  });

  test('a rule for what can only be added up is told to be ignored', async () => {
    const { merge, warnings } = createTelling({ rules: { jobs_total: 'max' } });
    for (const id of ['a', 'b']) merge.update(source(id), of(counterOf('jobs_total', [numberPoint(3)])));
    expect(await shownOf(merge, 'jobs_total{job="shop"}')).toBe(6);
    expect(warnings.map(({ code, metric }) => [code, metric])).toEqual([['rule_ignored', 'jobs_total']]);
  });
});

describe('labels of a source', () => {
  test('each: a series for each, the totals of ended ones in one of their own', async () => {
    const { merge } = createMerge({ instance: 'each' });
    for (const id of ['a', 'b', 'c'])
      merge.update(source(id), of(counterOf('jobs_total', [numberPoint(3)]), gaugeOf('open', [numberPoint(1)])));
    merge.end('a');
    merge.end('b');
    const text = await textOf(merge);
    expect(text.match(/^(jobs_total|open).*/gm)).toEqual([
      'jobs_total{job="shop",instance="c"} 3',
      'jobs_total{job="shop",instance="__ended__"} 6',
      'open{job="shop",instance="c"} 1',
    ]);
    parseStrictly(text, 'text');
  });

  test('processes of one group carry none, and jobs are never mixed', async () => {
    const { merge } = createMerge();
    merge.update(
      { id: '1', job: '', instance: 'main' },
      of(counterOf('jobs_total', [numberPoint(1, { attributes: { job: 'x' } })])),
    );
    merge.update(source('a', { job: 'shop' }), of(counterOf('jobs_total', [numberPoint(2)])));
    merge.update(source('b', { job: 'desk' }), of(counterOf('jobs_total', [numberPoint(4)])));
    expect((await textOf(merge)).match(/^jobs_total.*/gm)).toEqual([
      'jobs_total{job="x"} 1',
      'jobs_total{job="shop"} 2',
      'jobs_total{job="desk"} 4',
    ]);
  });

  test('come from the resource; the rest of it is target_info, and what all of a job agree on where instances are not shown', async () => {
    const resource = (instance: string, host: string) => ({
      attributes: {
        'service.name': 'shop',
        'service.namespace': 'web',
        'service.instance.id': instance,
        'host.name': host,
        'service.version': '1.2',
        token: '',
      },
    });
    const told = (instance: string, host: string): ResourceMetrics[] => [
      {
        resource: resource(instance, host),
        scopes: [{ scope: { name: 'x' }, metrics: [counterOf('jobs_total', [numberPoint(1)])] }],
      },
    ];
    const show = async (settings: Partial<MergeSettings>) => {
      const { merge } = createMerge(settings);
      merge.receive([...told('i1', 'h1'), ...told('i2', 'h2')]);
      return (await textOf(merge)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    };
    expect(await show({})).toEqual([
      'jobs_total{job="web/shop"} 2',
      'metrics_source_up{job="web/shop",instance="i1"} 1',
      'metrics_source_up{job="web/shop",instance="i2"} 1',
      'target_info{job="web/shop",service_version="1.2"} 1',
    ]);
    expect(await show({ instance: 'each' })).toEqual([
      'jobs_total{job="web/shop",instance="i1"} 1',
      'jobs_total{job="web/shop",instance="i2"} 1',
      'metrics_source_up{job="web/shop",instance="i1"} 1',
      'metrics_source_up{job="web/shop",instance="i2"} 1',
      'target_info{job="web/shop",instance="i1",host_name="h1",service_version="1.2"} 1',
      'target_info{job="web/shop",instance="i2",host_name="h2",service_version="1.2"} 1',
    ]);
  });

  test('processes without an instance id are told apart by the rest of their resource', async () => {
    const { merge } = createMerge();
    const told = (pid: number, value: number): ResourceMetrics => ({
      resource: { attributes: { 'service.name': 'shop', 'process.pid': pid } },
      scopes: [{ scope: { name: 'x' }, metrics: [counterOf('jobs_total', [numberPoint(value)])] }],
    });
    merge.receive([told(1, 5), told(2, 7)]);
    merge.receive([told(1, 5), told(2, 7)]);
    expect(await shownOf(merge, 'jobs_total{job="shop"}')).toBe(12);
  });

  test('one that did not answer is 0, and 1 again when it does', async () => {
    const { merge } = createMerge();
    merge.update(source('a'), of(gaugeOf('open', [numberPoint(1)])));
    merge.silent(source('a'));
    expect(await shownOf(merge, 'metrics_source_up{job="shop",instance="a"}')).toBe(0);
    expect(await shownOf(merge, 'open{job="shop"}')).toBe(1);
    merge.update(source('a'), of());
    expect(await shownOf(merge, 'metrics_source_up{job="shop",instance="a"}')).toBe(1);
    merge.end('a');
    expect(await textOf(merge)).toBe('');
  });
});

describe('histograms', () => {
  const wait = (buckets: readonly number[], bounds: readonly number[]) =>
    of(histogramOf('wait_seconds', [histogramPoint(buckets, bounds)]));
  const shownBuckets = async (merge: MergedMetrics) =>
    (await textOf(merge))
      .match(/^wait_seconds_(bucket|count).*/gm)
      ?.map((line) => line.replace(/.*le=("[^"]*").* |.*(count).* /, '$1$2 '));

  test('of other bounds meet at those they share, where counts are exact', async () => {
    const { merge } = createMerge();
    merge.update(source('a'), wait([1, 2, 3, 4], [0.5, 1, 5]));
    merge.update(source('b'), wait([10, 20, 30, 40], [0.5, 2, 5]));
    expect(await shownBuckets(merge)).toEqual(['"0.5" 11', '"5.0" 66', '"+Inf" 110', 'count 110']);
    merge.update(
      source('a'),
      of(histogramOf('wait_seconds', [histogramPoint([1, 2, 3, 5], [0.5, 1, 5], { time: 3 })])),
    );
    merge.end('a');
    expect(await shownBuckets(merge)).toEqual(['"0.5" 11', '"5.0" 66', '"+Inf" 111', 'count 111']);
  });

  test('that share none are refused, counted, and told once with both sources', async () => {
    const { merge, warnings, counted } = createTelling();
    merge.update(source('a'), wait([1, 2], [1]));
    const outcome = merge.update(source('b'), wait([1, 2], [3]));
    merge.update(source('b'), wait([1, 2], [3]));
    merge.update(source('c'), wait([3], []));
    expect(outcome).toEqual({ accepted: 0, refused: 1, reasons: { bucket_bounds: 1 } });
    expect(toRefusalMessage(outcome)).toBe('1 point refused: bucket_bounds 1');
    expect(counted.get('bucket_bounds')).toBe(3);
    expect(warnings).toHaveLength(1);
    expect(await shownBuckets(merge)).toEqual(['"1.0" 1', '"+Inf" 3', 'count 3']);
  });

  test('of which a sender leaves the sum out have none', async () => {
    const { merge } = createMerge();
    merge.update(source('a'), of(histogramOf('wait_seconds', [{ ...histogramPoint([1, 2], [1]), sum: undefined }])));
    expect(await textOf(merge)).not.toContain('_sum');
    const text = await textOf(merge, 'openmetrics');
    expect(text).not.toMatch(/_sum|_count/);
    parseStrictly(text, 'openmetrics');
  });

  const exponential = (scale: number, offset: number, counts: readonly number[]): MetricData => {
    const count = counts.reduce((sum, one) => sum + one, 1);
    const point: ExponentialHistogramPoint = {
      ...numberPoint(0),
      count,
      sum: 10,
      scale,
      zeroCount: 1,
      zeroThreshold: 0,
      positive: { offset, counts },
      negative: { offset: 0, counts: [] },
      min: undefined,
      max: undefined,
    };
    return {
      kind: 'exponential_histogram',
      name: 'size',
      description: 'h',
      unit: '',
      temporality: 'cumulative',
      points: [point],
    };
  };

  test('exponential ones are added up at the coarser scale: native in protobuf, at powers of two in text', async () => {
    const { merge } = createMerge();
    merge.update(source('a'), of(exponential(1, 0, [1, 1, 1, 1])));
    merge.update(source('b'), of(exponential(0, 0, [10, 20, 30])));
    merge.end('b');
    expect((await textOf(merge)).match(/^size.*/gm)).toEqual([
      'size_bucket{job="shop",le="2.0"} 14',
      'size_bucket{job="shop",le="4.0"} 36',
      'size_bucket{job="shop",le="8.0"} 66',
      'size_bucket{job="shop",le="+Inf"} 66',
      'size_sum{job="shop"} 20',
      'size_count{job="shop"} 66',
    ]);
    parseStrictly(await textOf(merge), 'text');
    const [family] = await messagesOf(merge);
    expect(family?.name).toBe('size');
    expect(
      JSON.stringify(family, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
    ).toContain('"schema":0');
    expect(merge.update(source('c'), of(histogramOf('size', [histogramPoint([1], [])]))).reasons).toEqual({
      bucket_bounds: 1,
    });
  });
});

test('of summaries count and sum are added up; quantiles are shown of a single source only', async () => {
  const { merge } = createMerge();
  const summary = (count: number): MetricData => {
    const point: SummaryPoint = { ...numberPoint(0), count, sum: count * 2, quantiles: [{ quantile: 0.5, value: 3 }] };
    return { kind: 'summary', name: 'size', description: 'h', unit: 'By', points: [point] };
  };
  merge.update(source('a'), of(summary(4)));
  expect((await textOf(merge)).match(/^size.*/gm)).toEqual([
    'size_bytes{job="shop",quantile="0.5"} 3',
    'size_bytes_sum{job="shop"} 8',
    'size_bytes_count{job="shop"} 4',
  ]);
  merge.update(source('b'), of(summary(5)));
  expect((await textOf(merge)).match(/^size.*/gm)).toEqual([
    'size_bytes_sum{job="shop"} 18',
    'size_bytes_count{job="shop"} 9',
  ]);
});

test('the newest exemplar of each bucket is kept', async () => {
  const { merge } = createMerge();
  const exemplar = (value: number, time: number, traceId: string) => ({
    filteredAttributes: { 'user.id': 'u"1' },
    timeUnixNano: BigInt(time) * 1_000_000_000n,
    value,
    traceId,
    spanId: 'b'.repeat(16),
  });
  const told = (id: string, exemplars: ReturnType<typeof exemplar>[]) =>
    merge.update(source(id), of(histogramOf('wait_seconds', [{ ...histogramPoint([2, 1], [1]), exemplars }])));
  told('a', [exemplar(0.5, 9, 'a'.repeat(32)), exemplar(2, 5, 'c'.repeat(32))]);
  told('b', [exemplar(0.7, 8, 'd'.repeat(32)), exemplar(3, 6, 'e'.repeat(32))]);
  const text = await textOf(merge, 'openmetrics');
  expect(text).toContain(
    `le="1.0"} 4 # {trace_id="${'a'.repeat(32)}",span_id="${'b'.repeat(16)}",user_id="u\\"1"} 0.5 9.000\n`,
  );
  expect(text).toContain(`le="+Inf"} 6 # {trace_id="${'e'.repeat(32)}"`);
  parseStrictly(text, 'openmetrics');
  expect(
    JSON.stringify(await messagesOf(merge), (_k, v: unknown) => (typeof v === 'bigint' ? Number(v) : v)),
  ).toContain('u\\"1');
});

describe('what cannot be merged', () => {
  test('a second type of a name is refused, counted, and told once with both sources', async () => {
    const { merge, warnings, counted } = createTelling();
    merge.update(source('a'), of(counterOf('jobs', [numberPoint(1)])));
    const points = [numberPoint(1), numberPoint(2, { attributes: { a: 'x' } })];
    for (let i = 0; i < 2; i++)
      expect(merge.update(source('b'), of(gaugeOf('jobs_total', points))).reasons).toEqual({ type_conflict: 2 });
    expect(merge.update(source('b'), of(gaugeOf('jobs_created', points))).refused).toBe(2);
    expect(counted).toEqual(new Map([['type_conflict', 6]]));
    expect(warnings.map(({ message }) => message)).toEqual([
      'metric "jobs_total" of shop b has another type than before, or a name that is taken, first jobs_total (counter) of shop a',
      'metric "jobs_created" of shop b has another type than before, or a name that is taken, first jobs_total (counter) of shop a',
    ]);
    parseStrictly(await textOf(merge, 'openmetrics'), 'openmetrics');
  });

  test('a name is free again when nothing is shown under it', () => {
    const { merge } = createMerge();
    merge.update(source('a'), of(gaugeOf('jobs_total', [numberPoint(1)])));
    merge.end('a');
    expect(merge.update(source('b'), of(counterOf('jobs_total', [numberPoint(1)]))).refused).toBe(0);
  });

  const invalid: readonly (readonly [string, MetricData, string])[] = [
    ['NaN', counterOf('x_total', [numberPoint(Number.NaN)]), 'invalid_value'],
    ['a negative count', counterOf('x_total', [numberPoint(-1)]), 'invalid_value'],
    ['a negative delta', counterOf('x_total', [numberPoint(-1)], 'delta'), 'invalid_value'],
    ['infinity', counterOf('x_total', [numberPoint(Number.POSITIVE_INFINITY)]), 'invalid_value'],
    ['nothing', gaugeOf('x', [numberPoint(undefined)]), 'invalid_value'],
    ['no temporality', counterOf('x_total', [numberPoint(1)], 'unspecified'), 'invalid_temporality'],
    ['no name', gaugeOf('', [numberPoint(1)]), 'invalid_name'],
    ['a name of ours', gaugeOf('metrics_source_up', [numberPoint(1)]), 'reserved_name'],
    ['falling bounds', histogramOf('x', [histogramPoint([1, 1, 1], [2, 1])]), 'invalid_histogram'],
    ['bounds that are none', histogramOf('x', [histogramPoint([1, 1, 1], [1, Number.NaN])]), 'invalid_histogram'],
    ['an infinite bound', histogramOf('x', [histogramPoint([1, 1], [Number.POSITIVE_INFINITY])]), 'invalid_histogram'],
    ['too few buckets', histogramOf('x', [histogramPoint([1], [1])]), 'invalid_histogram'],
    ['a negative bucket', histogramOf('x', [histogramPoint([-1, 2], [1])]), 'invalid_histogram'],
    ['a count of its own', histogramOf('x', [{ ...histogramPoint([1, 2], [1]), count: 4 }]), 'invalid_histogram'],
    ['a sum that is none', histogramOf('x', [histogramPoint([1, 2], [1], { sum: Number.NaN })]), 'invalid_histogram'],
    [
      'bounds without end',
      histogramOf('x', [
        histogramPoint(
          new Array<number>(5_001).fill(0),
          Array.from({ length: 5_000 }, (_, i) => i),
        ),
      ]),
      'invalid_histogram',
    ],
    [
      'a million attributes',
      gaugeOf('x', [
        numberPoint(1, { attributes: Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`a${i}`, 1])) }),
      ]),
      'label_limits',
    ],
  ];
  test.each(invalid)('%s is refused, and what comes with it is taken', async (_what, metric, reason) => {
    const { merge } = createMerge();
    const outcome = merge.update(source('a'), of(metric, gaugeOf('fine', [numberPoint(1)])));
    expect(outcome).toEqual({ accepted: 1, refused: 1, reasons: { [reason]: 1 } });
    expect((await textOf(merge)).match(/^[a-z]\S*/gm)).toEqual([
      'fine{job="shop"}',
      'metrics_source_up{job="shop",instance="a"}',
    ]);
  });

  test('series and sources beyond their limits are refused; those that are there go on', async () => {
    const { merge, counted, warnings } = createTelling({ maxSeries: 3, maxSources: 2 });
    const points = (value: number) =>
      Array.from({ length: 5 }, (_, i) => numberPoint(value, { attributes: { i }, time: value }));
    expect(merge.update(source('a'), of(counterOf('jobs_total', points(2))))).toEqual({
      accepted: 3,
      refused: 2,
      reasons: { max_series: 2 },
    });
    expect(merge.update(source('a'), of(counterOf('jobs_total', points(3)))).accepted).toBe(3);
    expect(merge.update(source('b'), of(counterOf('jobs_total', points(3)))).reasons).toEqual({ max_series: 5 });
    expect(merge.update(source('c'), of(counterOf('jobs_total', points(3)))).reasons).toEqual({ max_sources: 5 });
    expect(merge.size()).toEqual({ series: 3, parts: 3, sources: 2 });
    expect(counted).toEqual(
      new Map([
        ['max_series', 9],
        ['max_sources', 5],
      ]),
    );
    expect(warnings.map(({ code }) => code)).toEqual(['max_series', 'max_sources']);
    expect((await textOf(merge)).match(/^jobs_total.*/gm)).toHaveLength(3);
  });

  test('labels may be long, but not those of all series', async () => {
    const { merge, clock } = createMerge({ maxSeries: 100 });
    const long = (at: number) =>
      numberPoint(1, { attributes: { at: `${at}`, a: 'x'.repeat(4_000), b: 'y'.repeat(4_000) } });
    const outcome = merge.update(
      source('a'),
      of(
        gaugeOf(
          'open',
          Array.from({ length: 50 }, (_, i) => long(i)),
        ),
      ),
    );
    expect(outcome).toEqual({ accepted: 7, refused: 43, reasons: { max_series: 43 } });
    clock.nowMs += 300_001;
    expect(merge.update(source('b'), of(gaugeOf('open', [long(1)]))).refused).toBe(0);
    merge.end('b');
    expect(merge.size()).toMatchObject({ series: 0, parts: 0 });
  });

  test('the process that merges always has room for what it says of itself', async () => {
    const { merge } = createMerge({ maxSeries: 1, maxSources: 1 });
    merge.update(source('a'), of(gaugeOf('open', [numberPoint(1)])));
    const own = { id: 'self', job: '', instance: '', isOwn: true };
    expect(merge.update(own, of(counterOf('refused_total', [numberPoint(2)]))).refused).toBe(0);
    expect(merge.update(source('b'), of(gaugeOf('open', [numberPoint(1)]))).reasons).toEqual({ max_sources: 1 });
    expect(merge.update(source('a'), of(gaugeOf('shut', [numberPoint(1)]))).reasons).toEqual({ max_series: 1 });
    expect(await shownOf(merge, 'refused_total')).toBe(2);
  });

  test('hooks that throw do no harm', () => {
    const fail = () => {
      throw new Error('x');
    };
    const { merge } = createMerge({ onRefused: fail, onWarning: fail, onRedacted: fail });
    expect(merge.update(source('a'), of(gaugeOf('', [numberPoint(1)]))).refused).toBe(1);
  });
});

test('a large merge is shown in slices, in every format, while it changes', async () => {
  const { merge } = createMerge({ maxSeries: 200_000 });
  const points = Array.from({ length: 8_000 }, (_, i) => numberPoint(i, { attributes: { i: String(i) } }));
  merge.update(source('a'), of(counterOf('jobs_total', points), gaugeOf('open', points)));
  for (const format of ['text', 'openmetrics', 'protobuf'] as const) {
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      // What comes and goes between slices neither breaks a family nor comes twice.
      merge.update(
        source(`n${turns % 3}`),
        of(
          counterOf('jobs_total', [numberPoint(1, { attributes: { new: String(turns) } })]),
          gaugeOf('open', [numberPoint(1)]),
        ),
      );
      if (turns % 5 === 0) merge.end(`n${turns % 3}`);
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const chunks: Uint8Array[] = [];
    for await (const chunk of merge.renderBytes({ format })) chunks.push(chunk);
    isDone = true;
    expect(turns).toBeGreaterThan(2);
    const bytes = Buffer.concat(chunks);
    if (format === 'protobuf')
      expect(
        decodeDelimited(bytes)
          .map(({ name }) => name)
          .slice(0, 2),
      ).toEqual(['jobs_total', 'open']);
    else parseStrictly(bytes.toString(), format);
  }
}, 60_000);

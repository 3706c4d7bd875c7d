import client from 'prom-client';
import { expect, test, vi } from 'vitest';
import { parseStrictly } from '../exposition/parser/strict-parser.fixture.ts';
import { createRegistry, type Registry } from '../registry.ts';
import type { MetricWarning } from '../registry-hooks.ts';

function createPair(
  options: { contentType?: client.RegistryContentType; onWarning?: (w: MetricWarning) => void } = {},
) {
  const { onWarning } = options;
  const registry = createRegistry(onWarning === undefined ? {} : { onWarning });
  const foreign = new client.Registry() as client.Registry<client.RegistryContentType>;
  if (options.contentType !== undefined) foreign.setContentType(options.contentType);
  return { registry, foreign, detach: registry.attach(foreign), registers: [foreign] };
}

const openMetrics = (registry: Registry) => registry.render({ format: 'openmetrics' });

/** The lines of a family, HELP and TYPE included. */
function linesOf(text: string, name: string): readonly string[] {
  return text.split('\n').filter((line) => new RegExp(`^(# \\w+ )?${name}\\b`).test(line));
}

test('metrics of each kind are shown beside ours, in the text format', async () => {
  const { registry, registers } = createPair();
  registry.counter({ name: 'ours_total', help: 'h' }).inc(2);
  new client.Counter({ name: 'theirs_total', help: 'Say "hi"\n\\', labelNames: ['a'], registers }).inc(
    { a: 'x"y\\z\n' },
    3,
  );
  new client.Gauge({ name: 'level', help: 'h', registers }).set(Number.NaN);
  new client.Histogram({ name: 'wait_seconds', help: 'h', labelNames: ['a'], buckets: [0.5, 1], registers }).observe(
    { a: 'x' },
    0.7,
  );
  new client.Summary({ name: 'size_bytes', help: 'h', percentiles: [0.5], registers }).observe(7);
  new client.Counter({ name: 'without_series_total', help: 'h', labelNames: ['a'], registers });
  const text = await registry.render();
  expect(text).toContain('ours_total 2\n');
  expect(text.slice(text.indexOf('# HELP theirs_total'))).toBe(String.raw`# HELP theirs_total Say "hi"\n\\
# TYPE theirs_total counter
theirs_total{a="x\"y\\z\n"} 3
# HELP level h
# TYPE level gauge
level NaN
# HELP wait_seconds h
# TYPE wait_seconds histogram
wait_seconds_bucket{a="x",le="0.5"} 0
wait_seconds_bucket{a="x",le="1.0"} 1
wait_seconds_bucket{a="x",le="+Inf"} 1
wait_seconds_sum{a="x"} 0.7
wait_seconds_count{a="x"} 1
# HELP size_bytes h
# TYPE size_bytes summary
size_bytes{quantile="0.5"} 7
size_bytes_sum 7
size_bytes_count 1
`);
});

test('in OpenMetrics a counter is named without its suffix, and one without the suffix keeps its name and no type', async () => {
  const { registry, registers } = createPair();
  new client.Counter({ name: 'done_total', help: 'h', registers }).inc();
  new client.Counter({ name: 'calls', help: 'h', registers }).inc();
  const text = await openMetrics(registry);
  expect(linesOf(text, 'done(_total)?')).toEqual(['# HELP done h', '# TYPE done counter', 'done_total 1']);
  expect(linesOf(text, 'calls')).toEqual(['# HELP calls h', '# TYPE calls unknown', 'calls 1']);
  expect(linesOf(await registry.render(), 'calls')).toEqual(['# HELP calls h', '# TYPE calls counter', 'calls 1']);
  expect(text.match(/# EOF/g)).toHaveLength(1);
  expect(text.endsWith('\n# EOF\n')).toBe(true);
});

test('a registry of OpenMetrics type keeps its names and its exemplars', async () => {
  const { registry, foreign, registers } = createPair({ contentType: client.Registry.OPENMETRICS_CONTENT_TYPE });
  const done = new client.Counter({ name: 'done_total', help: 'h', registers, enableExemplars: true });
  done.inc({ value: 2, exemplarLabels: { trace_id: 'abc' } });
  const wait = new client.Histogram({
    name: 'wait_seconds',
    help: 'h',
    buckets: [1],
    registers,
    enableExemplars: true,
  });
  wait.observe({ value: 0.5, exemplarLabels: { trace_id: 'd"ef' } });
  for (let scrape = 0; scrape < 2; scrape++) {
    const text = await openMetrics(registry);
    expect(text).toMatch(/^done_total 2 # \{trace_id="abc"\} 2 \d+(\.\d+)?$/m);
    expect(text).toMatch(/^wait_seconds_bucket\{le="1.0"\} 1 # \{trace_id="d\\"ef"\} 0.5 \d+(\.\d+)?$/m);
    parseStrictly(text, 'openmetrics');
    expect(await registry.render()).toMatch(/^done_total 2$/m);
    // It renames its counters for good when it writes its own text.
    await foreign.metrics();
  }
});

test('an exemplar that is too long, or on what has none, is left out', async () => {
  const { registry, registers } = createPair({ contentType: client.Registry.OPENMETRICS_CONTENT_TYPE });
  const done = new client.Counter({ name: 'done_total', help: 'h', registers, enableExemplars: true });
  const exemplarLabels = { trace_id: 'a' };
  done.inc({ exemplarLabels });
  exemplarLabels.trace_id = 'a'.repeat(200);
  expect(await openMetrics(registry)).toMatch(/^done_total 1$/m);
});

test('default labels are added, and what they make equal is shown once and counted', async () => {
  const { registry, foreign, registers } = createPair();
  foreign.setDefaultLabels({ zone: 'north' });
  const level = new client.Gauge({ name: 'level', help: 'h', labelNames: ['zone', 'a'], registers });
  level.set({ a: 'x' }, 1);
  level.set({ a: 'x', zone: 'north' }, 2);
  level.set({ zone: 'south' }, 3);
  expect(linesOf(await registry.render(), 'level').slice(2)).toEqual([
    'level{a="x",zone="north"} 1',
    'level{zone="south"} 3',
  ]);
  expect(registry.value('telemetry_dropped_total', { signal: 'metrics', reason: 'attached_invalid' })).toBe(1);
});

test('a secret in a label value does not leave', async () => {
  const { registry, registers } = createPair();
  new client.Gauge({ name: 'level', help: 'h', labelNames: ['url'], registers }).set(
    { url: 'https://me:pass-word@host/' },
    1,
  );
  const text = await registry.render();
  expect(text).toContain('level{url=');
  expect(text).not.toContain('pass-word');
});

test('our metric wins a clash of names, with one warning and one count for each', async () => {
  const warnings: MetricWarning[] = [];
  const { registry, registers } = createPair({ onWarning: (warning) => warnings.push(warning) });
  registry.counter({ name: 'done_total', help: 'ours' }).inc(1);
  registry.histogram({ name: 'wait_seconds', help: 'ours' }).observe(1);
  for (const name of ['done_total', 'done', 'done_created', 'wait_seconds_sum']) {
    new client.Gauge({ name, help: 'theirs', registers }).set(7);
  }
  for (const format of ['text', 'openmetrics', 'text'] as const) {
    const text = await registry.render({ format });
    expect(text).not.toContain('theirs');
    parseStrictly(text, format);
  }
  expect(warnings.map(({ code, metric }) => [code, metric])).toEqual([['attached_clash', 'prom_client']]);
  expect(registry.value('telemetry_dropped_total', { signal: 'metrics', reason: 'attached_clash' })).toBe(4);
});

test('two attached metrics that clash by reserved names only are both shown', async () => {
  const { registry, registers } = createPair();
  new client.Gauge({ name: 'done', help: 'h', registers }).set(1);
  new client.Counter({ name: 'done_total', help: 'h', registers }).inc(2);
  const text = await openMetrics(registry);
  expect(linesOf(text, 'done')).toEqual(['# HELP done h', '# TYPE done gauge', 'done 1']);
  expect(linesOf(text, 'done_total')).toEqual(['# HELP done_total h', '# TYPE done_total unknown', 'done_total 2']);
  expect(await registry.render()).toContain('# TYPE done_total counter\n');
});

test('what OpenMetrics forbids is left out there and stays in the text', async () => {
  const { registry, registers } = createPair();
  new client.Histogram({ name: 'offset_seconds', help: 'h', buckets: [-1, 1], registers }).observe(-3);
  new client.Histogram({ name: 'drift_seconds', help: 'h', buckets: [1], registers }).observe(-3);
  new client.Summary({ name: 'size', help: 'h', percentiles: [0.5], registers }).observe(-7);
  const text = await openMetrics(registry);
  parseStrictly(text.replace(/# HELP size[^#]*# TYPE size[^#]*/, ''), 'openmetrics');
  expect(text).not.toMatch(/-7|-3|(offset|drift)_seconds_count/);
  expect(text).toContain('size_count 1\n');
  expect(await registry.render()).toMatch(/drift_seconds_sum -3\ndrift_seconds_count 1\n/);
});

test('a metric that throws costs only itself, and is counted', async () => {
  const warnings: MetricWarning[] = [];
  const { registry, registers } = createPair({ onWarning: (warning) => warnings.push(warning) });
  new client.Gauge({ name: 'fine', help: 'h', registers }).set(1);
  new client.Gauge({ name: 'broken', help: 'h', registers, collect: () => Promise.reject(new Error('why')) });
  new client.Gauge({
    name: 'worse',
    help: 'h',
    registers,
    collect() {
      throw undefined;
    },
  });
  const text = await registry.render();
  expect(text).toContain('fine 1\n');
  expect(text).not.toMatch(/broken|worse/);
  expect(registry.value('metrics_collector_errors_total', { collector: 'prom_client' })).toBe(2);
  expect(registry.value('metrics_collector_duration_seconds', { collector: 'prom_client' })).toBeGreaterThanOrEqual(0);
  await registry.render();
  expect(warnings.map(({ message }) => message)).toEqual([
    'attached registry "prom_client", metric "broken" failed: why',
    'attached registry "prom_client", metric "worse" failed: undefined',
  ]);
});

test('a metric that hangs is cut off at the deadline, and its run is joined, not repeated', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { registry, registers } = createPair();
    let runs = 0;
    let finish = () => {};
    new client.Gauge({ name: 'fine', help: 'h', registers }).set(1);
    new client.Gauge({
      name: 'slow',
      help: 'h',
      registers,
      collect() {
        runs += 1;
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
    });
    for (let scrape = 1; scrape <= 3; scrape++) {
      const text = registry.render({ collectorTimeoutMs: 100 });
      await vi.advanceTimersByTimeAsync(100);
      expect(await text).toMatch(/^fine 1$/m);
      expect(await text).not.toContain('slow');
      expect(registry.value('metrics_collector_errors_total', { collector: 'prom_client' })).toBe(scrape);
    }
    expect(runs).toBe(1);
    finish();
  } finally {
    vi.useRealTimers();
  }
});

const oddRegistries: readonly (readonly [how: string, getMetricsAsArray: () => unknown])[] = [
  [
    'throws',
    () => {
      throw new Error('x');
    },
  ],
  ['gives no list', () => undefined],
  ['gives things that are no metrics', () => [{}, null, 7, { get: () => null }]],
  [
    'gives metrics with unreadable values',
    () => [
      {
        get: () => ({
          name: 'a',
          help: 'h',
          type: 'gauge',
          values: [
            null,
            7,
            { value: 'x' },
            { value: 1, labels: { '1': 'x' } },
            new Proxy(
              {},
              {
                get() {
                  throw new Error('x');
                },
              },
            ),
          ],
        }),
      },
    ],
  ],
  [
    'gives names that are none',
    () => [{ get: () => ({ name: 'a b', help: 'h', type: 'gauge', values: [{ value: 1 }] }) }],
  ],
];

test.each(oddRegistries)('a foreign registry that %s does no harm', async (_how, getMetricsAsArray) => {
  const registry = createRegistry();
  registry.counter({ name: 'ours_total', help: 'h' }).inc();
  registry.attach({ getMetricsAsArray: getMetricsAsArray as () => readonly object[] });
  for (const format of ['text', 'openmetrics'] as const) {
    const text = await registry.render({ format });
    expect(text).toContain('ours_total 1\n');
    parseStrictly(text, format);
  }
  const losses = [
    registry.value('metrics_collector_errors_total', { collector: 'prom_client' }),
    registry.value('telemetry_dropped_total', { signal: 'metrics' }),
  ];
  expect(losses.some((lost) => lost !== undefined && lost > 0)).toBe(true);
});

test('a detached registry is gone, the same one is attached once, and two get two names', async () => {
  const { registry, foreign, registers, detach } = createPair();
  new client.Gauge({ name: 'level', help: 'h', registers }).set(1);
  expect(registry.attach(foreign)).toBeTypeOf('function');
  expect((await registry.render()).match(/^level 1$/gm)).toHaveLength(1);
  const other = new client.Registry();
  new client.Gauge({ name: 'level', help: 'h', registers: [other] }).set(2);
  registry.attach(other);
  expect((await registry.render()).match(/^level \d$/gm)).toEqual(['level 1']);
  detach();
  expect((await registry.render()).match(/^level \d$/gm)).toEqual(['level 2']);
  expect(registry.value('metrics_collector_duration_seconds', { collector: 'prom_client_2' })).toBeDefined();
});

test('its default metrics are readable in both formats, beside ours of the same names', async () => {
  const { registry, foreign } = createPair();
  client.collectDefaultMetrics({ register: foreign });
  registry.gauge({ name: 'process_resident_memory_bytes', help: 'ours' }).set(1);
  for (const format of ['text', 'openmetrics'] as const) {
    const text = await registry.render({ format });
    expect(text).toContain('process_resident_memory_bytes 1\n');
    expect(text.match(/^# TYPE process_resident_memory_bytes /gm)).toHaveLength(1);
    expect(text).toMatch(/^nodejs_version_info\{version="v/m);
    parseStrictly(text, format);
  }
  foreign.clear();
});

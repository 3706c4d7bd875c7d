import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { collectDefaultMetrics, Registry as PromRegistry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { createRegistry, type Registry } from '../registry.ts';
import { toLagSeconds } from './event-loop.ts';
import { readSoftLimit } from './file-descriptors.ts';
import { readKilobytes } from './memory.ts';
import { registerProcessMetrics } from './process-metrics.ts';

const started: (() => void)[] = [];

afterEach(() => {
  for (const stop of started.splice(0)) stop();
});

function createRegistered(): Registry {
  const registry = createRegistry();
  started.push(registerProcessMetrics(registry));
  return registry;
}

/** Until the event-loop monitor has sampled: its timer fires every 20 ms. */
async function renderUntilSampled(registry: Registry): Promise<string> {
  for (;;) {
    const text = await registry.render();
    if (text.includes('nodejs_eventloop_lag_seconds ')) return text;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const everywhere = [
  'process_cpu_user_seconds_total',
  'process_cpu_system_seconds_total',
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_eventloop_utilization',
  'nodejs_gc_duration_seconds',
  'nodejs_active_resources',
  'nodejs_version_info',
];
const onLinux = ['process_virtual_memory_bytes', 'process_heap_bytes', 'process_open_fds', 'process_max_fds'];

test('every process and Node metric has a sample', async () => {
  const registry = createRegistered();
  const text = await renderUntilSampled(registry);
  const shown = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const expected = [...everywhere, ...(process.platform === 'linux' ? onLinux : [])];
  expect(expected.filter((name) => !shown.has(name))).toEqual([]);
});

// Gauges named like counters, which the linter refuses, and handles and requests, for which Node has no public API:
// `nodejs_active_resources` counts them all by type.
const notHere = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

test('what prom-client shows by default is here under the same name, type and labels, but for a listed few', async () => {
  const theirs = new PromRegistry();
  collectDefaultMetrics({ register: theirs });
  const declared = new Map(
    createRegistered()
      .describe()
      .map((metric) => [metric.name, metric]),
  );
  const shown = await theirs.getMetricsAsJSON();
  expect(shown.length).toBeGreaterThan(20);
  for (const { name, type, values } of shown) {
    if (notHere.includes(name)) continue;
    expect(`${name} ${declared.get(name)?.type}`).toBe(`${name} ${type}`);
    const labels = declared.get(name)?.labels.map((label) => label.name) ?? [];
    for (const value of values)
      expect(labels).toEqual(expect.arrayContaining(Object.keys(value.labels).filter((label) => label !== 'le')));
  }
});

test('the numbers are those of this process', async () => {
  const registry = createRegistered();
  await registry.collect();
  expect(registry.value('process_resident_memory_bytes')).toBeGreaterThan(10e6);
  expect(registry.value('process_start_time_seconds')).toBeCloseTo(Date.now() / 1000 - process.uptime(), -1);
  const { user, system } = process.cpuUsage();
  const cpu = registry.value('process_cpu_seconds_total') ?? 0;
  expect(cpu).toBeGreaterThan(0);
  expect(cpu).toBeLessThanOrEqual((user + system) / 1e6);
  expect(registry.value('nodejs_version_info', { version: process.version })).toBe(1);
  expect(registry.value('nodejs_eventloop_utilization')).toBeLessThanOrEqual(1);
});

test('CPU time grows by what was used and is not counted twice', async () => {
  const registry = createRegistered();
  await registry.collect();
  const before = registry.value('process_cpu_seconds_total') ?? 0;
  await registry.collect();
  const after = registry.value('process_cpu_seconds_total') ?? 0;
  expect(after).toBeGreaterThanOrEqual(before);
  expect(after).toBeLessThan(before * 2);
});

test('registering twice is registering once, and removing leaves nothing behind', async () => {
  const registry = createRegistry();
  const remove = registerProcessMetrics(registry);
  expect(registerProcessMetrics(registry)).toBe(remove);
  remove();
  expect(registry.describe().filter(({ name }) => /^(process|nodejs)_/.test(name))).toEqual([]);
  const again = registerProcessMetrics(registry);
  await registry.collect();
  expect(registry.value('process_cpu_seconds_total')).toBeGreaterThan(0);
  again();
});

const promtool = spawnSync('promtool', ['--version']).status === 0;

test.skipIf(!promtool)('promtool has nothing to say about them (skipped where it is not installed)', async () => {
  const input = await createRegistered().render();
  const result = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect([result.status, result.stdout, result.stderr]).toEqual([0, '', '']);
});

test('a line of /proc/self/status is read in bytes, a missing one is not known', () => {
  expect(readKilobytes('VmPeak:\t 9 kB\nVmData:\t   12 kB\n', 'VmData')).toBe(12 * 1024);
  expect(readKilobytes('VmPeak:\t 9 kB\n', 'VmData')).toBeUndefined();
});

test('the limit of open files may be unlimited or not known', () => {
  expect(readSoftLimit('Max open files            1024                 4096                 files')).toBe(1024);
  expect(readSoftLimit('Max open files            unlimited            unlimited            files')).toBe(Infinity);
  expect(readSoftLimit('Max cpu time 1 2 seconds')).toBeUndefined();
});

test('the lag is what an interval took longer than its timer', () => {
  expect(toLagSeconds(20e6)).toBe(0);
  expect(toLagSeconds(19e6)).toBe(0);
  expect(toLagSeconds(120e6)).toBeCloseTo(0.1, 9);
});

test.runIf(process.platform === 'linux')('descriptors opened to read the metrics are not counted', async () => {
  const registry = createRegistered();
  const tooMany: number[] = [];
  for (let scrape = 0; scrape < 10; scrape++) {
    await registry.collect();
    tooMany.push((registry.value('process_open_fds') ?? 0) - (readdirSync('/proc/self/fd').length - 1));
  }
  // The test runner may open a file at any time.
  expect(tooMany.filter((count) => count === 0).length).toBeGreaterThan(5);
});

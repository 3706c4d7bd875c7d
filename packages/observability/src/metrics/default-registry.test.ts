import { expect, test } from 'vitest';
import { counter, defaultRegistry, gauge, histogram } from './default-registry.ts';
import { createRegistry } from './registry.ts';

type Module = typeof import('./default-registry.ts');

test('two copies of the library in one process share one registry', async () => {
  const copy = './default-registry.ts?copy';
  const second = (await import(/* @vite-ignore */ copy)) as Module;
  expect(second.counter).not.toBe(counter);
  expect(second.defaultRegistry()).toBe(defaultRegistry());
  const declaration = { name: 'shared_total', help: 'h' };
  second.counter(declaration).inc(2);
  counter(declaration).inc(3);
  expect(defaultRegistry().value('shared_total')).toBe(5);
});

test('module-level declarations go to the default registry only', () => {
  gauge({ name: 'module_level', help: 'h' }).set(1);
  histogram({ name: 'module_level_seconds', help: 'h' }).observe(1);
  expect(defaultRegistry().value('module_level')).toBe(1);
  expect(defaultRegistry().value('module_level_seconds')).toBe(1);
  expect(createRegistry().describe()).toEqual([]);
});

test('the self metrics are declared in the default registry with the names promised', async () => {
  const { setBuildInfo } = await import('./self-metrics.ts');
  setBuildInfo({ version: '1.2.3' });
  const declared = defaultRegistry()
    .describe()
    .map(({ name, labels }) => `${name}{${labels.map((label) => label.name).join()}}`);
  expect(declared).toEqual(
    expect.arrayContaining([
      'metrics_series_overflow_total{metric}',
      'metrics_scrape_duration_seconds{}',
      'metrics_collector_errors_total{collector}',
      'metrics_collector_duration_seconds{collector}',
      'telemetry_dropped_total{signal,reason}',
      'telemetry_queue_size{signal}',
      'telemetry_export_failures_total{exporter}',
      'log_events_total{level}',
      'log_events_suppressed_total{reason}',
      'redactions_total{sink}',
      'build_info{version,commit}',
    ]),
  );
  expect(defaultRegistry().value('build_info', { version: '1.2.3', commit: '' })).toBe(1);
});

import { expect, test } from 'vitest';
import { toShownName, toShownUnit } from './metric-name.ts';

const counter = { isCounter: true, isGauge: false };
const gauge = { isCounter: false, isGauge: true };
const other = { isCounter: false, isGauge: false };

// The examples of the compatibility specification, and of the translators in the Collector and in Prometheus.
test.each([
  ['http.server.request.duration', 's', other, 'http_server_request_duration_seconds'],
  ['http.server.active_requests', '{request}', other, 'http_server_active_requests'],
  ['system.io', 'By', counter, 'system_io_bytes_total'],
  ['system.network.dropped', 'foo/s', counter, 'system_network_dropped_foo_per_second_total'],
  ['hw.gpu.memory.utilization', '1', gauge, 'hw_gpu_memory_utilization_ratio'],
  ['utilization', '1', other, 'utilization'],
  ['broken!!metric___name', '', gauge, 'broken_metric_name'],
  ['1st', '', gauge, '_1st'],
  ['queue.lag', 'ms', gauge, 'queue_lag_milliseconds'],
  ['storage', 'By/s', gauge, 'storage_bytes_per_second'],
  ['power', 'W', gauge, 'power_watts'],
  ['done', '', counter, 'done_total'],
])('%s in "%s" is shown as a name of Prometheus', (name, unit, kind, shown) => {
  expect(toShownName({ name, unit, ...kind })).toBe(shown);
});

test.each([
  ['jobs_total', '', counter],
  ['response_size_bytes_total', 'By', counter],
  ['job_duration_seconds', 's', other],
  ['memory_ratio', '1', gauge],
  ['double__underscore', '', gauge],
  ['recorded:rule', '', gauge],
  ['nodejs_eventloop_lag_seconds', 's', gauge],
])('%s is complete and comes out as it came', (name, unit, kind) => {
  expect(toShownName({ name, unit, ...kind })).toBe(name);
});

test.each(['', '...', '-_-', '\u0000', 'x'.repeat(600)])('%# cannot be a name', (name) => {
  expect(toShownName({ name, unit: '', ...gauge })).toBeNull();
});

test('a unit is told where the name ends with it', () => {
  expect(toShownUnit('job_duration_seconds', 's')).toBe('seconds');
  expect(toShownUnit('storage_bytes_per_second', 'By/s')).toBe('bytes_per_second');
  expect(toShownUnit('seconds_left', 's')).toBeUndefined();
  expect(toShownUnit('requests', '{request}')).toBeUndefined();
});

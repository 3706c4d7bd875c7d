import { expect, test } from 'vitest';
import { toShownName } from '../../merge/naming/metric-name.ts';
import { toUcum } from './metric-units.ts';
import { createReading } from './reading.fixture.ts';

test.each([
  ['seconds', 's'],
  ['bytes', 'By'],
  ['ratio', '1'],
  ['percent', '%'],
  ['bytes_per_second', 'By/s'],
  // No unit of measure, or one that receivers would append in another spelling.
  ['requests', '{requests}'],
  ['kelvin', '{kelvin}'],
  ['metres', '{metres}'],
  ['requests_per_second', '{requests_per_second}'],
  ['bytes_per_request', '{bytes_per_request}'],
  [undefined, ''],
  ['', ''],
])('the unit %s is %j', (unit, ucum) => {
  expect(toUcum(unit)).toBe(ucum);
});

/** How Prometheus' own receiver of OTLP makes a name (storage/remote/otlptranslator, told in our words). */
function nameInPrometheus(
  name: string,
  unit: string,
  kind: { readonly isCounter: boolean; readonly isGauge: boolean },
): string {
  const spelled: Readonly<Record<string, string>> = {
    s: 'seconds',
    By: 'bytes',
    Cel: 'celsius',
    V: 'volts',
    '%': 'percent',
    '1': '',
  };
  const [main = '', per = ''] = unit.split('/');
  let words = name.split('_').filter((word) => word !== '');
  const mainWord = spelled[main] ?? main;
  if (main !== '' && !main.includes('{') && mainWord !== '' && !words.includes(mainWord)) words.push(mainWord);
  if (per !== '' && !words.includes('second')) words.push('per', 'second');
  if (kind.isCounter) words = [...words.filter((word) => word !== 'total'), 'total'];
  if (unit === '1' && kind.isGauge) words = [...words.filter((word) => word !== 'ratio'), 'ratio'];
  return words.join('_');
}

test('every name comes out of a receiver as it stands in /metrics', async () => {
  const { registry, readAfter } = createReading();
  const base = { help: 'h' };
  for (const unit of [
    'seconds',
    'bytes',
    'celsius',
    'volts',
    'requests',
    'kelvin',
    'ratio',
    'percent',
    'bytes_per_second',
  ]) {
    registry.counter({ ...base, name: `c_${unit}_total`, unit }).inc();
    registry.gauge({ ...base, name: `g_${unit}`, unit }).set(1);
    registry.histogram({ ...base, name: `h_${unit}`, unit }).observe(1);
    registry.histogram({ ...base, name: `n_${unit}`, unit, native: true }).observe(1);
  }
  registry.counter({ ...base, name: 'cpu_seconds_total' }).inc();
  registry.counter({ ...base, name: 'plain_total' }).inc();
  registry.gauge({ ...base, name: 'heap_total_bytes' }).set(1);
  const names = [...(await readAfter(1_000)).values()].map((metric) => {
    const kind = { isCounter: metric.kind === 'sum', isGauge: metric.kind === 'gauge' };
    const { name, unit } = metric;
    return [name, toShownName({ name, unit, ...kind }), nameInPrometheus(name, unit, kind)];
  });
  expect(names.length).toBeGreaterThan(35);
  for (const [name, ...received] of names) expect(received).toEqual([name, name]);
});

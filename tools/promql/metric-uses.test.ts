import { expect, test } from 'vitest';
import { metricUses } from './metric-uses.ts';

const names = (expr: string) => metricUses(expr).metrics.map((use) => use.name);

test.each([
  ['up', ['up']],
  ['sum(rate(jobs_total[5m])) * 60', ['jobs_total']],
  ['a / on (x) group_left (y) b', ['a', 'b']],
  ['histogram_quantile(0.95, sum by (le) (rate(job_seconds_bucket[$__rate_interval])))', ['job_seconds_bucket']],
  ['time() - max without (instance) (start_time_seconds offset 5m)', ['start_time_seconds']],
  ['a{x="b{c}"} > bool 1e3 or vector(0)', ['a']],
  ['absent(up{job="x"}) unless ALERTS{alertstate="firing"}', ['up', 'ALERTS']],
  ['sum by (a) (x) and on (a)\nsum by (a) (y) > +Inf', ['x', 'y']],
])('finds the metrics of %s', (expr, expected) => {
  expect(names(expr)).toEqual(expected);
});

test('keeps matchers with their operators, whatever their values hold', () => {
  expect(metricUses('a{status=~"failure|timeout", path!="/a\\"}{"}').metrics[0]?.matchers).toEqual([
    { label: 'status', operator: '=~', value: 'failure|timeout' },
    { label: 'path', operator: '!=', value: '/a\\"}{' },
  ]);
});

test('collects the labels it groups by', () => {
  expect(metricUses('sum by (source, le) (a) and on (source) b').groupLabels).toEqual(['source', 'le', 'source']);
});

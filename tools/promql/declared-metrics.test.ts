import type { MetricDescription } from '@autotrader/observability';
import { expect, test } from 'vitest';
import { undeclaredUses } from './declared-metrics.ts';

const metrics: readonly MetricDescription[] = [
  {
    name: 'jobs_total',
    type: 'counter',
    help: '',
    labels: [
      { name: 'status', values: ['success', 'failure'] },
      { name: 'queue', limit: 5 },
    ],
  },
  { name: 'job_seconds', type: 'histogram', help: '', labels: [], buckets: [1] },
];

test.each([
  'sum by (status, queue) (rate(jobs_total{status=~"failure|success", queue="a"}[5m]))',
  'histogram_quantile(0.9, sum by (le, job) (rate(job_seconds_bucket[5m]))) / job_seconds_count',
  'up{job="x"} or ALERTS',
])('accepts %s', (expr) => {
  expect(undeclaredUses(expr, metrics)).toEqual([]);
});

test.each([
  ['rate(job_total[5m])', 'job_total is not a declared metric'],
  ['rate(job_seconds[5m])', 'job_seconds is not a declared metric'],
  ['jobs_total_bucket', 'jobs_total_bucket is not a declared metric'],
  ['jobs_total{state="a"}', 'jobs_total has no label state'],
  ['jobs_total{status="failed"}', 'jobs_total never has status="failed" (it is one of success, failure)'],
  ['sum by (source) (jobs_total)', 'no metric here has the label source'],
])('refuses %s', (expr, problem) => {
  expect(undeclaredUses(expr, metrics)).toEqual([problem]);
});

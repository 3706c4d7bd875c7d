import type { MetricDescription } from '@autotrader/observability';
import { expect, test } from 'vitest';
import { renderMetrics } from './gen-metrics.ts';
import { readOwnedMetrics } from './generate/owned-metrics.ts';

const jobs: MetricDescription = {
  name: 'jobs_total',
  type: 'counter',
  help: 'Jobs that ended | by how.',
  labels: [
    { name: 'status', values: ['success', 'failure'] },
    { name: 'queue', limit: 20 },
  ],
};
const duration: MetricDescription = {
  name: 'job_duration_seconds',
  type: 'histogram',
  help: 'How long.',
  labels: [],
  buckets: [0.1, 1],
};

test('a metric belongs to the owner whose loading declared it', async () => {
  const declared: MetricDescription[] = [];
  const owner = (name: string, metrics: readonly MetricDescription[]) => ({
    owner: name,
    about: '',
    load: async () => declared.push(...metrics),
  });
  const owned = await readOwnedMetrics([owner('first', [jobs]), owner('second', [duration])], () => declared);
  expect(owned.map(({ owner: name, metrics }) => [name, metrics])).toEqual([
    ['first', [jobs]],
    ['second', [duration]],
  ]);
});

test('the table shows type, labels with values or budget, buckets and help', () => {
  const files = renderMetrics([{ owner: 'first', about: 'Work.', metrics: [duration, jobs] }]);
  const page = files.get('docs/metrics.md');
  expect(page).toContain('## first\n\nWork.\n');
  expect(page).toContain('| `job_duration_seconds` | histogram |  | 0.1 1 | How long. |');
  expect(page).toContain(
    '| `jobs_total` | counter | `status`: success failure<br>`queue`: ≤ 20 values |  | Jobs that ended \\| by how. |',
  );
});

test('the list for programs holds the same metrics with their owner', () => {
  const files = renderMetrics([{ owner: 'first', about: '', metrics: [jobs] }]);
  expect(JSON.parse(files.get('docs/metrics.json') ?? '')).toEqual({ metrics: [{ owner: 'first', ...jobs }] });
});

test('an owner without metrics has no section', () => {
  expect(renderMetrics([{ owner: 'empty', about: '', metrics: [] }]).get('docs/metrics.md')).not.toContain('## empty');
});

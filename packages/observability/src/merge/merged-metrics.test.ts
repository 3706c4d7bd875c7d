import { expect, test } from 'vitest';
import { parseStrictly } from '../metrics/exposition/parser/strict-parser.fixture.ts';
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

test('counters of living and ended sources are added up, gauges of the ended disappear', async () => {
  const { merge } = createMerge();
  merge.update(source('a'), of(counterOf('jobs_total', [numberPoint(3)]), gaugeOf('open', [numberPoint(7)])));
  merge.update(source('b'), of(counterOf('jobs_total', [numberPoint(4)]), gaugeOf('open', [numberPoint(5)])));
  expect(await shownOf(merge, 'jobs_total{job="shop"}')).toBe(7);
  expect(await shownOf(merge, 'open{job="shop"}')).toBe(12);
  merge.end('a');
  expect(await shownOf(merge, 'jobs_total{job="shop"}')).toBe(7);
  expect(await shownOf(merge, 'open{job="shop"}')).toBe(5);
  merge.update(source('b'), of(counterOf('jobs_total', [numberPoint(6, { time: 3 })])));
  expect(await shownOf(merge, 'jobs_total{job="shop"}')).toBe(9);
  merge.end('b');
  const text = await textOf(merge);
  expect(text).toBe('# HELP jobs_total h\n# TYPE jobs_total counter\njobs_total{job="shop"} 9\n');
});

test('histograms are added up bucket by bucket, in every format', async () => {
  const { merge } = createMerge();
  merge.update(source('a'), of(histogramOf('wait_seconds', [histogramPoint([1, 2, 3], [0.5, 1], { sum: 5 })])));
  merge.update(source('b'), of(histogramOf('wait_seconds', [histogramPoint([1, 0, 1], [0.5, 1], { sum: 4 })])));
  merge.end('b');
  const text = await textOf(merge);
  expect(text).toContain(`# TYPE wait_seconds histogram
wait_seconds_bucket{job="shop",le="0.5"} 2
wait_seconds_bucket{job="shop",le="1.0"} 4
wait_seconds_bucket{job="shop",le="+Inf"} 8
wait_seconds_sum{job="shop"} 9
wait_seconds_count{job="shop"} 8
`);
  parseStrictly(text, 'text');
  parseStrictly(await textOf(merge, 'openmetrics'), 'openmetrics');
});

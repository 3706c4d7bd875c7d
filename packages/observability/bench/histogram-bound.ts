import { defaultRegistry, histogram } from '@autotrader/observability';
import prometheus from 'prom-client';
import { assertEqual, toComparableLines } from './equal-output.ts';
import { compare } from './interleaved.ts';
import { requestLabels } from './label-sets.ts';
import type { Question } from './question.ts';

const name = 'bench_job_duration_seconds';
const help = 'Durations of the benchmark.';
const buckets = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** Spread over all buckets and beyond the last; a power of two long, so that taking the next one costs a mask. */
const values = Array.from({ length: 1_024 }, (_, index) => 0.002 * 1.0086 ** index);
const mask = values.length - 1;

export const histogramBound: Question = {
  row: 3,
  name: 'histogram-bound',
  asks: 'A histogram whose labels were chosen before',
  does: 'one observation of a kept handle; 8 buckets, 1 024 values in turn',
  peers: ['prom-client'],
  async answer(effort) {
    const labels = { route: '/items', status: '200' };
    const ours = histogram({ name, help, labels: requestLabels, buckets }).with(labels);
    const prom = new prometheus.Histogram({ name, help, labelNames: ['route', 'status'], buckets }).labels(labels);
    for (const value of [...values, ...buckets]) for (const one of [ours, prom]) one.observe(value);
    const text = toComparableLines(await defaultRegistry().render(), name);
    assertEqual(text.length, buckets.length + 3, 'number of lines');
    assertEqual(text, toComparableLines(await prometheus.register.metrics(), name), 'text');

    const done = await compare(
      [
        {
          name: 'ours',
          run(times) {
            for (let left = times; left > 0; left -= 1) ours.observe(values[left & mask] as number);
          },
        },
        {
          name: 'prom-client',
          run(times) {
            for (let left = times; left > 0; left -= 1) prom.observe(values[left & mask] as number);
          },
        },
      ],
      effort,
    );
    const value = done.ratio('prom-client', 'ours');
    return {
      measurements: done.measurements,
      findings: [{ what: 'prom-client / ours', value, unit: '×', target: { bound: 'at least', value: 50 } }],
      equal: 'the same text after 1 032 observations, values on the bounds among them',
    };
  },
};

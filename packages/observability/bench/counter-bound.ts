import { counter, defaultRegistry } from '@autotrader/observability';
import prometheus from 'prom-client';
import { assertEqual, toComparableLines } from './equal-output.ts';
import { compare } from './interleaved.ts';
import { requestLabels } from './label-sets.ts';
import type { Question } from './question.ts';

const name = 'bench_jobs_total';
const help = 'Jobs of the benchmark.';

export const counterBound: Question = {
  row: 2,
  name: 'counter-bound',
  asks: 'A counter whose labels were chosen before',
  does: 'one increment of a kept handle; the base adds to an element of a Float64Array',
  peers: ['prom-client'],
  async answer(effort) {
    const labels = { route: '/items', status: '200' };
    const ours = counter({ name, help, labels: requestLabels }).with(labels);
    const prom = new prometheus.Counter({ name, help, labelNames: ['route', 'status'] }).labels(labels);
    for (let count = 0; count < 1_000; count += 1) for (const one of [ours, prom]) one.inc();
    const text = toComparableLines(await defaultRegistry().render(), name);
    assertEqual(text, [`${name}{route="/items",status="200"} 1000`], 'text');
    assertEqual(text, toComparableLines(await prometheus.register.metrics(), name), 'text');

    const cells = new Float64Array(64);
    const done = await compare(
      [
        {
          name: 'ours',
          run(times) {
            for (let left = times; left > 0; left -= 1) ours.inc();
          },
        },
        {
          name: 'prom-client',
          run(times) {
            for (let left = times; left > 0; left -= 1) prom.inc();
          },
        },
        {
          name: 'typed array',
          run(times) {
            for (let left = times; left > 0; left -= 1) cells[7] = (cells[7] ?? 0) + 1;
            return cells[7];
          },
        },
      ],
      effort,
    );
    return {
      measurements: done.measurements,
      findings: [
        {
          what: 'prom-client / ours',
          value: done.ratio('prom-client', 'ours'),
          unit: '×',
          target: { bound: 'at least', value: 50 },
        },
        {
          what: 'ours / typed array',
          value: done.ratio('ours', 'typed array'),
          unit: '×',
          target: { bound: 'at most', value: 2 },
        },
      ],
      equal: 'the same text after 1 000 increments',
    };
  },
};

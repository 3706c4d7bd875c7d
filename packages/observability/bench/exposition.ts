import { setImmediate as nextTurn } from 'node:timers/promises';
import { defaultRegistry, histogram } from '@autotrader/observability';
import prometheus from 'prom-client';
import { assertEqual, toComparableLines } from './equal-output.ts';
import { compare, quantile } from './interleaved.ts';
import { createLabelSets, type RequestLabels, requestLabels } from './label-sets.ts';
import type { Effort, Question } from './question.ts';

const name = 'bench_request_duration_seconds';
const help = 'Durations of the benchmark.';
const buckets = [0.01, 0.1, 1];
// 20 000 label sets of 6 lines each.
const sets = createLabelSets(200, 100);

export const exposition: Question = {
  row: 4,
  name: 'exposition',
  asks: 'The answer to a scrape, 120 000 lines long',
  does: 'text of 20 000 label sets of a histogram as bytes, every one of them observed since the last time',
  peers: ['prom-client'],
  async answer(effort) {
    const ours = histogram({ name, help, labels: requestLabels, buckets });
    const prom = new prometheus.Histogram({ name, help, labelNames: ['route', 'status'], buckets });
    const observeAll = (one: { observe(labels: RequestLabels, value: number): void }): void => {
      sets.forEach((labels, index) => {
        one.observe(labels, (index % 997) / 400);
      });
    };
    for (const one of [ours, prom]) observeAll(one);
    const text = toComparableLines(await defaultRegistry().render(), name);
    assertEqual(text.length, 120_000, 'number of lines');
    assertEqual(text, toComparableLines(await prometheus.register.metrics(), name), 'text');

    const blocks = { ours: [] as number[], theirs: [] as number[] };
    const done = await compare(
      [
        { name: 'ours', unit: 'output', prepare: () => observeAll(ours), run: watched(renderOurs, blocks.ours) },
        {
          name: 'prom-client',
          unit: 'output',
          prepare: () => observeAll(prom),
          run: watched(renderTheirs, blocks.theirs),
        },
      ],
      shortened(effort),
    );
    const longest = (list: number[]): number =>
      quantile(
        [...list].sort((a, b) => a - b),
        0.5,
      );
    return {
      measurements: done.measurements,
      findings: [
        {
          what: 'prom-client / ours',
          value: done.ratio('prom-client', 'ours'),
          unit: '×',
          target: { bound: 'at least', value: 6 },
        },
        {
          what: 'longest event-loop block, ours (median of the outputs)',
          value: longest(blocks.ours),
          unit: 'ms',
          target: { bound: 'at most', value: 10 },
        },
        { what: 'longest event-loop block, prom-client', value: longest(blocks.theirs), unit: 'ms' },
      ],
      equal: 'the same 120 000 lines',
    };
  },
};

/** An output takes as long as thirty rounds of the others. */
function shortened(effort: Effort): Effort {
  return { ...effort, rounds: Math.ceil(effort.rounds / 5), warmUpMs: effort.warmUpMs * 5 };
}

async function renderOurs(): Promise<number> {
  let bytes = 0;
  for await (const chunk of defaultRegistry().renderChunks()) bytes += Buffer.from(chunk).length;
  return bytes;
}

async function renderTheirs(): Promise<number> {
  return Buffer.from(await prometheus.register.metrics()).length;
}

/** Notes the longest time between two turns of the event loop while each output is made. */
function watched(render: () => Promise<number>, blocksMs: number[]): (times: number) => Promise<number> {
  return async (times) => {
    let bytes = 0;
    for (let left = times; left > 0; left -= 1) {
      let isDone = false;
      let longestMs = 0;
      const watch = async (): Promise<void> => {
        let lastAt = performance.now();
        const look = (): void => {
          const now = performance.now();
          longestMs = Math.max(longestMs, now - lastAt);
          lastAt = now;
        };
        while (!isDone) {
          await nextTurn();
          look();
        }
      };
      const watching = watch();
      await nextTurn();
      bytes += await render();
      isDone = true;
      await watching;
      blocksMs.push(longestMs);
    }
    return bytes;
  };
}

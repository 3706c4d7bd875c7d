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

    const done = await compare(
      [
        { name: 'ours', unit: 'output', prepare: () => observeAll(ours), run: repeated(renderOurs) },
        { name: 'prom-client', unit: 'output', prepare: () => observeAll(prom), run: repeated(renderTheirs) },
      ],
      shortened(effort),
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
          value: await longestBlockMs(renderOurs),
          unit: 'ms',
          target: { bound: 'at most', value: 10 },
        },
        { what: 'longest event-loop block, prom-client', value: await longestBlockMs(renderTheirs), unit: 'ms' },
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
  for await (const chunk of defaultRegistry().renderBytes()) bytes += chunk.length;
  return bytes;
}

async function renderTheirs(): Promise<number> {
  return Buffer.from(await prometheus.register.metrics()).length;
}

function repeated(render: () => Promise<number>): (times: number) => Promise<number> {
  return async (times) => {
    let bytes = 0;
    for (let left = times; left > 0; left -= 1) bytes += await render();
    return bytes;
  };
}

const watchedOutputs = 9;

/** The longest block while an output is made, the median over some. */
async function longestBlockMs(render: () => Promise<number>): Promise<number> {
  const blocksMs: number[] = [];
  for (let output = 0; output < watchedOutputs; output += 1) blocksMs.push(await watchBlocks(render));
  return quantile(
    blocksMs.sort((a, b) => a - b),
    0.5,
  );
}

/**
 * The longest time between two turns of the event loop, less the time in which the machine ran somebody else: that is
 * nobody's block, and on a busy machine it is most of what a clock sees.
 */
async function watchBlocks(render: () => Promise<number>): Promise<number> {
  let isDone = false;
  let longestMs = 0;
  const watch = async (): Promise<void> => {
    let last = readClocks();
    while (!isDone) {
      await nextTurn();
      const now = readClocks();
      longestMs = Math.max(longestMs, Math.min(now.wallMs - last.wallMs, now.cpuMs - last.cpuMs));
      last = now;
    }
  };
  const watching = watch();
  await nextTurn();
  await render();
  isDone = true;
  await watching;
  return longestMs;
}

function readClocks(): { readonly wallMs: number; readonly cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1_000 };
}

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assertEqual } from './equal-output.ts';
import { quantile } from './interleaved.ts';
import type { MemorySample } from './memory-process.ts';
import type { Question } from './question.ts';

const program = fileURLToPath(new URL('./memory-process.js', import.meta.url));
const repeats = 3;

export const memory: Question = {
  row: 5,
  name: 'memory',
  asks: 'Memory of a labelled series',
  does: '20 000 series with two labels in a fresh process, heap and buffers after a collection, divided by their number',
  peers: ['prom-client'],
  async answer() {
    const counters = { ours: measure('ours', 'counter'), prom: measure('prom-client', 'counter') };
    const histograms = { ours: measure('ours', 'histogram'), prom: measure('prom-client', 'histogram') };
    assertEqual(counters.ours.lines, counters.prom.lines, 'lines of counters');
    assertEqual(histograms.ours.lines, histograms.prom.lines, 'lines of histograms');
    return {
      measurements: [],
      findings: [
        {
          what: 'counter, ours / prom-client',
          value: counters.ours.bytes / counters.prom.bytes,
          unit: '×',
          target: { bound: 'at most', value: 0.4 },
        },
        {
          what: 'histogram of 8 buckets, ours / prom-client',
          value: histograms.ours.bytes / histograms.prom.bytes,
          unit: '×',
          target: { bound: 'at most', value: 0.4 },
        },
        ...[
          { what: 'counter, ours', value: counters.ours.bytes },
          { what: 'counter, prom-client', value: counters.prom.bytes },
          { what: 'histogram, ours', value: histograms.ours.bytes },
          { what: 'histogram, prom-client', value: histograms.prom.bytes },
        ].map(({ what, value }) => ({ what, value, unit: 'bytes' }) as const),
      ],
      equal: 'the same number of lines and the same sum of their values in the output',
    };
  },
};

/** The median of fresh processes. */
function measure(who: string, what: string): MemorySample {
  const samples = Array.from({ length: repeats }, () => {
    const output = execFileSync(process.execPath, ['--expose-gc', program, who, what], { encoding: 'utf8' });
    return JSON.parse(output) as MemorySample;
  });
  const bytes = quantile(
    samples.map((sample) => sample.bytes).sort((a, b) => a - b),
    0.5,
  );
  return { bytes, lines: samples[0]?.lines ?? '' };
}

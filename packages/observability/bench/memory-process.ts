import { counter, defaultRegistry, histogram } from '@autotrader/observability';
import prometheus from 'prom-client';
import { toComparableLines } from './equal-output.ts';
import { requestLabels } from './label-sets.ts';

// A process of its own for each library: what the other one loads or leaves must not be counted.
// Usage: node --expose-gc memory-process.js ours|prom-client counter|histogram

/** What a fresh process found. */
export interface MemorySample {
  /** Per series. */
  readonly bytes: number;
  /** Number of lines in the output and the sum of their values. */
  readonly lines: string;
}

const routes = 200;
const statuses = 100;
const name = 'bench_series_total';
const help = 'Series of the benchmark.';
const buckets = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

type Record = (labels: { route: string; status: string }) => void;

function createRecord(who: string, what: string): Record {
  if (who === 'ours') {
    if (what === 'counter') {
      const ours = counter({ name, help, labels: requestLabels });
      return (labels) => ours.inc(labels);
    }
    const ours = histogram({ name: 'bench_series_seconds', help, labels: requestLabels, buckets });
    return (labels) => ours.observe(labels, 0.07);
  }
  const labelNames = ['route', 'status'];
  if (what === 'counter') {
    const theirs = new prometheus.Counter({ name, help, labelNames });
    return (labels) => theirs.inc(labels);
  }
  const theirs = new prometheus.Histogram({ name: 'bench_series_seconds', help, labelNames, buckets });
  return (labels) => theirs.observe(labels, 0.07);
}

/** Label values arrive as texts made from a request, not as constants shared by all series. */
function recordAll(record: Record): void {
  for (let status = 0; status < statuses; status += 1) {
    for (let route = 0; route < routes; route += 1) {
      record({ route: `/items/${route}/parts`, status: `${200 + status}` });
    }
  }
}

function usedBytes(): number {
  for (let count = 0; count < 3; count += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const [, , who = '', what = ''] = process.argv;
const record = createRecord(who, what);
const before = usedBytes();
recordAll(record);
const bytes = (usedBytes() - before) / (routes * statuses);
const text = who === 'ours' ? await defaultRegistry().render() : await prometheus.register.metrics();
const lines = toComparableLines(text, 'bench_series_');
const sum = lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
record({ route: 'keeps the metric alive', status: '200' });
const sample: MemorySample = { bytes, lines: `${lines.length} lines, sum ${Math.round(sum)}` };
process.stdout.write(`${JSON.stringify(sample)}\n`);

import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { defaultRegistry, histogram } from '@autotrader/observability';
import prometheus from 'prom-client';
import { toComparableLines } from './equal-output.ts';
import { createLabelSets, requestLabels } from './label-sets.ts';

// A process of its own for each library, because a collection set off by one would walk through the other's objects.
// Usage: node --expose-gc exposition-process.js ours|prom-client, with an IPC channel.

/** What the process is asked, and what it answers. */
export type ExpositionRequest = 'observe' | 'render' | 'longest-block' | 'digest';
export type ExpositionReply = number | string;

const name = 'bench_request_duration_seconds';
const help = 'Durations of the benchmark.';
const buckets = [0.01, 0.1, 1];
// 20 000 label sets of 6 lines each.
const sets = createLabelSets(200, 100);

/** Hands each piece of an output on, as a server does, and keeps none. */
type Render = (take: (bytes: Uint8Array) => void) => Promise<void>;

const { instrument, render } = process.argv[2] === 'ours' ? createOurs() : createTheirs();

function createOurs() {
  const renderOurs: Render = async (take) => {
    for await (const chunk of defaultRegistry().renderBytes()) take(chunk);
  };
  return { instrument: histogram({ name, help, labels: requestLabels, buckets }), render: renderOurs };
}

function createTheirs() {
  const renderTheirs: Render = async (take) => take(Buffer.from(await prometheus.register.metrics()));
  const labelNames = ['route', 'status'];
  return { instrument: new prometheus.Histogram({ name, help, labelNames, buckets }), render: renderTheirs };
}

async function countBytes(): Promise<number> {
  let bytes = 0;
  await render((chunk) => {
    bytes += chunk.length;
  });
  return bytes;
}

function observe(): void {
  sets.forEach((labels, index) => {
    instrument.observe(labels, (index % 997) / 400);
  });
  // The garbage of one step must not be collected on the time of the next.
  globalThis.gc?.({ type: 'minor' });
}

/**
 * The longest time between two turns of the event loop while an output is made, less the time in which the machine ran
 * somebody else: that is nobody's block, and on a busy machine it is most of what a clock sees.
 */
async function longestBlockMs(): Promise<number> {
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
  await countBytes();
  isDone = true;
  await watching;
  return longestMs;
}

function readClocks(): { readonly wallMs: number; readonly cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1_000 };
}

async function digest(): Promise<string> {
  const chunks: Uint8Array[] = [];
  await render((chunk) => void chunks.push(chunk));
  const lines = toComparableLines(Buffer.concat(chunks).toString('utf8'), name);
  return `${lines.length} lines ${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}

async function answer(request: ExpositionRequest): Promise<ExpositionReply> {
  switch (request) {
    case 'observe':
      observe();
      return sets.length;
    case 'render':
      return countBytes();
    case 'longest-block':
      return longestBlockMs();
    case 'digest':
      return digest();
  }
}

process.on('message', async (request) => {
  process.send?.(await answer(request as ExpositionRequest));
});

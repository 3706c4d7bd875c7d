// A process with worker threads that a test starts. Its main thread serves /metrics; threads count and join the group.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { counter, gauge } from '../../metrics/default-registry.ts';
import { startMetricsServer } from '../../metrics-server/metrics-server.ts';
import { joinMetricsGroup } from './process-group.ts';
import { readServedGroup } from './served-group.ts';

const work = counter({ name: 'work_total', help: 'Done.', labels: { kind: ['main', 'thread'] } });
const open = gauge({ name: 'work_open', help: 'Open.' });

export type ThreadCommand =
  | { readonly do: 'start'; readonly name: string; readonly joins: boolean; readonly amount: number }
  | { readonly do: 'end' | 'terminate' | 'block'; readonly name: string };

if (isMainThread) await runMain();
else await runThread();

async function runMain(): Promise<void> {
  const threads = new Map<string, Worker>();
  const start = ({ name, joins, amount }: Extract<ThreadCommand, { do: 'start' }>) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: { joins, amount } });
    threads.set(name, thread);
    thread.on('message', (message: unknown) => process.send?.({ name, message }));
    thread.on('exit', () => process.send?.({ name, message: 'ended' }));
  };
  await joinMetricsGroup();
  work.inc({ kind: 'main' }, 1_000);
  open.set(1);
  // Before there is a server.
  start({ do: 'start', name: 'early', joins: true, amount: 1 });
  const [early] = threads.values();
  await new Promise((resolve) => early?.once('message', resolve));
  const { url } = await startMetricsServer({ port: 0, registry: await readServedGroup() });
  process.on('message', (command: ThreadCommand) => {
    if (command.do === 'start') start(command);
    else if (command.do === 'terminate') void threads.get(command.name)?.terminate();
    else threads.get(command.name)?.postMessage(command.do);
  });
  process.send?.({ name: '', message: url });
}

async function runThread(): Promise<void> {
  const { joins, amount } = workerData as { readonly joins: boolean; readonly amount: number };
  if (joins) await joinMetricsGroup();
  work.inc({ kind: 'thread' }, amount);
  open.set(1);
  parentPort?.on('message', (message: unknown) => {
    if (message === 'end') {
      work.inc({ kind: 'thread' }, amount);
      process.exit(0);
    }
    if (message !== 'block') throw new Error(`a message of the library: ${JSON.stringify(message)}`);
    const until = performance.now() + 3_000;
    while (performance.now() < until);
  });
  parentPort?.postMessage('counting');
}

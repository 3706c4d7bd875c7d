// A cluster that a test starts as processes of its own. Its primary serves /metrics and does what the test says; its children
// count, and note in a file what they counted and what they told of it.
import cluster, { type Worker } from 'node:cluster';
import type { EventEmitter } from 'node:events';
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { counter, gauge, histogram } from '../../metrics/default-registry.ts';
import { startMetricsServer } from '../../metrics-server/metrics-server.ts';
import { unwrap } from './cluster-wire.ts';
import type { HubMessage, MemberMessage } from './group-message.ts';
import { configureGroup } from './group-settings.ts';
import { joinMetricsGroup } from './process-group.ts';
import { readServedGroup } from './served-group.ts';

const work = counter({ name: 'work_total', help: 'Done.', labels: { kind: ['a', 'b'] } });
const took = histogram({ name: 'work_duration_seconds', help: 'Time.', buckets: [0.25, 0.5, 0.75] });
const open = gauge({ name: 'work_open', help: 'Open.' });

/** What the test asks of the primary, and of its children. */
export type Command =
  | { readonly do: 'fork' }
  | { readonly do: 'signal'; readonly id: number; readonly signal: NodeJS.Signals }
  | { readonly do: 'disconnect' | 'exit' | 'hold'; readonly id: number };

/** What the primary tells the test. */
export type Report =
  | { readonly is: 'serving'; readonly url: string }
  | { readonly is: 'counting'; readonly id: number; readonly pid: number }
  | { readonly is: 'ended'; readonly id: number }
  /** By what the primary received itself: the last count of each that ever spoke. */
  | { readonly is: 'heard'; readonly totals: readonly (readonly [from: string, total: number])[] };

const [folder = '.', timeout = '1'] = process.argv.slice(2);

async function runPrimary(): Promise<void> {
  configureGroup({
    rules: {},
    instance: 'none',
    source_timeout_seconds: Number(timeout),
    expiry_seconds: 300,
    max_series: 1_000,
    max_sources: 1_000,
  });
  const report = (message: Report) => process.send?.(message);
  const heard = new Map<string, LastTold>();
  // One that disconnected is no longer in the cluster's own list.
  const children = new Map<number, Worker>();
  cluster.on('fork', (worker: Worker) => {
    children.set(worker.id, worker);
    const events: EventEmitter = worker.process;
    events.on('internalMessage', (value: unknown) => {
      const message = unwrap(value) as MemberMessage | undefined;
      if (message?.kind !== 'snapshot') return;
      const told = heard.get(message.from) ?? new LastTold();
      heard.set(message.from, told);
      told.take(message);
    });
    // Whatever is none of ours would be seen here.
    worker.on('message', (message: unknown) => {
      if (message !== 'counting') throw new Error(`a message of the library: ${JSON.stringify(message)}`);
      report({ is: 'counting', id: worker.id, pid: worker.process.pid ?? 0 });
    });
    let hasExited = false;
    worker.process.once('exit', () => {
      hasExited = true;
    });
    worker.process.once('close', () => {
      if (hasExited) report({ is: 'ended', id: worker.id });
    });
  });
  const { url } = await startMetricsServer({ port: 0, registry: await readServedGroup() });
  process.on('message', (command: Command | 'heard') => {
    if (command === 'heard') {
      report({ is: 'heard', totals: [...heard].map(([from, told]) => [from, told.total()]) });
      return;
    }
    if (command.do === 'fork') {
      cluster.fork();
      return;
    }
    const worker = children.get(command.id);
    if (command.do === 'signal') worker?.process.kill(command.signal);
    else if (command.do === 'disconnect') worker?.disconnect();
    else worker?.send(command.do);
  });
  work.inc({ kind: 'a' }, 0);
  report({ is: 'serving', url });
}

/** What a member told of `work_total`. */
class LastTold {
  private id = -1;
  private readonly bySlot = new Map<number, number>();

  take({ snapshot }: Extract<MemberMessage, { kind: 'snapshot' }>): void {
    if (snapshot.isWhole) this.bySlot.clear();
    for (const { id, facts, slots, values } of snapshot.families) {
      if (facts?.name === 'work_total') this.id = id;
      if (id === this.id) for (const [row, slot] of slots.entries()) this.bySlot.set(slot, values[row] ?? 0);
    }
  }

  total(): number {
    return [...this.bySlot.values()].reduce((sum, value) => sum + value, 0);
  }
}

async function runChild(): Promise<void> {
  const file = openSync(join(folder, `child-${cluster.worker?.id}.txt`), 'a');
  const note = (line: string) => writeSync(file, `${line}\n`);
  let counted = 0;
  noteWhatIsTold(note);
  await joinMetricsGroup();
  // An application that does not expect messages of others.
  process.on('message', (message: unknown) => {
    if (message === 'exit') process.exit(0);
    if (message !== 'hold') throw new Error(`a message of the library: ${JSON.stringify(message)}`);
    clearInterval(timer);
  });
  const count = () => {
    for (let i = 0; i < 10; i++) {
      work.inc({ kind: i % 3 === 0 ? 'a' : 'b' });
      took.observe((counted % 100) / 100);
      counted += 1;
    }
    open.set(1);
  };
  count();
  const timer = setInterval(count, 2);
  // What it counts without a channel nobody can hear of.
  process.on('exit', () => note(process.connected ? `counted ${counted}` : 'alone'));
  process.on('SIGTERM', () => process.exit(0));
  process.send?.('counting');
}

/** Before a snapshot leaves, and when it was taken. */
function noteWhatIsTold(note: (line: string) => void): void {
  const told = new LastTold();
  const send = process.send?.bind(process) as ((...args: unknown[]) => boolean) | undefined;
  process.send = (...args: unknown[]) => {
    const message = unwrap(args[0]) as MemberMessage | undefined;
    if (message?.kind === 'snapshot') {
      told.take(message);
      note(`told ${message.sequence} ${told.total()}`);
    }
    return send?.(...args) ?? false;
  };
  const events: EventEmitter = process;
  events.on('internalMessage', (value: unknown) => {
    const message = unwrap(value) as HubMessage | undefined;
    if (message?.kind === 'taken') note(`taken ${message.sequence}`);
  });
}

if (cluster.isPrimary) await runPrimary();
else await runChild();

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Command, Report } from './cluster.fixture.ts';
import { bundleProgram } from './group-bundle.fixture.ts';
import { checkHistogram, type Scrape, toScrape } from './scrape.fixture.ts';

let program: Awaited<ReturnType<typeof bundleProgram>>;
let folder: string;
const primaries = new Set<ChildProcess>();

beforeAll(async () => {
  program = await bundleProgram('./cluster.fixture.ts');
  folder = await mkdtemp(join(tmpdir(), 'observability-cluster-'));
}, 60_000);

afterEach(() => {
  for (const primary of primaries) primary.kill('SIGKILL');
  primaries.clear();
});

afterAll(async () => {
  await program.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Cluster {
  readonly url: string;
  readonly say: (command: Command) => void;
  readonly heard: () => Promise<ReadonlyMap<string, number>>;
  /** Starts a child. @returns its number and process */
  readonly start: () => Promise<{ readonly id: number; readonly pid: number }>;
  /** When it has ended and all it said has arrived. */
  readonly ended: (id: number) => Promise<void>;
  readonly scrape: () => Promise<Scrape>;
}

async function startCluster(timeoutSeconds: number): Promise<Cluster> {
  const primary = fork(program.file, [folder, String(timeoutSeconds)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  primaries.add(primary);
  primary.setMaxListeners(0);
  const fail = new Set<(error: Error) => void>();
  primary.once('exit', () => {
    for (const reject of fail) reject(new Error('the primary ended'));
  });
  const next = <T extends Report>(isMeant: (report: Report) => report is T): Promise<T> =>
    new Promise((resolve, reject) => {
      const onMessage = (report: Report) => {
        if (!isMeant(report)) return;
        primary.off('message', onMessage);
        fail.delete(reject);
        resolve(report);
      };
      primary.on('message', onMessage);
      fail.add(reject);
    });
  const { url } = await next((report) => report.is === 'serving');
  const say = (command: Command | 'heard') => void primary.send(command);
  return {
    url,
    say,
    async heard() {
      const report = next((one) => one.is === 'heard');
      say('heard');
      return new Map((await report).totals);
    },
    start() {
      const report = next((one) => one.is === 'counting');
      say({ do: 'fork' });
      return report;
    },
    async ended(id) {
      await next((report): report is Extract<Report, { is: 'ended' }> => report.is === 'ended' && report.id === id);
    },
    async scrape() {
      const reply = await fetch(`${url}/metrics`);
      return toScrape(await reply.text());
    },
  };
}

test('children killed at random under load: no counter goes backwards, and the end is what they told', async () => {
  const cluster = await startCluster(1);
  const children = new Map<number, number>();
  for (let i = 0; i < 8; i++) {
    const { id, pid } = await cluster.start();
    children.set(id, pid);
  }
  let before = await cluster.scrape();
  let scrapes = 0;
  const ways = ['SIGKILL', 'disconnect', 'SIGKILL', 'SIGTERM', 'SIGKILL', 'exit'] as const;
  for (let round = 0; round < 18; round++) {
    const ids = [...children.keys()];
    // Any of them, the same ones in each run.
    const id = ids[(round * 5) % ids.length] ?? 0;
    const way = ways[round % ways.length] ?? 'SIGKILL';
    const ended = cluster.ended(id);
    if (way === 'disconnect' || way === 'exit') cluster.say({ do: way, id });
    else cluster.say({ do: 'signal', id, signal: way });
    // One that disconnected runs on until somebody ends it.
    if (way === 'disconnect') cluster.say({ do: 'signal', id, signal: 'SIGTERM' });
    children.delete(id);
    const [now, { id: started, pid }] = await Promise.all([cluster.scrape(), cluster.start(), ended]);
    children.set(started, pid);
    for (const [series, value] of before.counters) {
      expect(now.counters.get(series), `${series} after ${way}`).toBeGreaterThanOrEqual(value);
    }
    checkHistogram(now, 'work_duration_seconds');
    before = now;
    scrapes += 1;
  }
  expect(scrapes).toBe(18);

  for (const id of children.keys()) {
    const ended = cluster.ended(id);
    cluster.say({ do: 'exit', id });
    await ended;
  }
  const [heard, last] = [await cluster.heard(), await cluster.scrape()];
  const shown = last.sumOf('work_total');
  expect(shown, JSON.stringify([...heard])).toBe([...heard.values()].reduce((sum, total) => sum + total, 0));
  expect(last.counters.get('work_duration_seconds_count')).toBe(shown);
  expect(last.gauges.has('work_open')).toBe(false);
  for (const [series, value] of before.counters) expect(last.counters.get(series)).toBeGreaterThanOrEqual(value);

  const notes = await readNotes();
  expect(notes).toHaveLength(26);
  expect(shown).toBeGreaterThanOrEqual(notes.reduce((sum, { taken }) => sum + taken, 0));
  expect(shown).toBeLessThanOrEqual(notes.reduce((sum, { told }) => sum + told, 0));
  // Who left in order has told all it counted.
  const orderly = notes.filter(({ counted }) => counted !== undefined);
  expect(orderly).toHaveLength(8 + 6);
  const totals = [...heard.values()];
  for (const { counted } of orderly) expect(totals).toContain(counted);
}, 120_000);

test('a child that is stopped is told of, not waited for, and back when it goes on', async () => {
  const cluster = await startCluster(0.5);
  const [one, other] = [await cluster.start(), await cluster.start()];
  const upOf = ({ gauges }: Scrape) =>
    [one, other].map(({ id }) => gauges.get(`metrics_source_up{instance="worker-${id}"}`));
  // A machine that is busy may be late itself now and then.
  const untilUp = (wanted: readonly number[]) =>
    expect.poll(async () => upOf(await cluster.scrape()), { timeout: 20_000 }).toEqual(wanted);
  await untilUp([1, 1]);
  const running = await cluster.scrape();
  expect(running.gauges.get('work_open')).toBe(2);
  expect(running.gauges.get('metrics_source_up{instance="main"}')).toBe(1);

  cluster.say({ do: 'signal', id: one.id, signal: 'SIGSTOP' });
  await untilUp([0, 1]);
  const stopped = await cluster.scrape();
  // Its last values stay, and the others count on.
  expect(stopped.gauges.get('work_open')).toBe(2);
  await expect
    .poll(async () => (await cluster.scrape()).sumOf('work_total'), { timeout: 20_000 })
    .toBeGreaterThan(stopped.sumOf('work_total'));

  cluster.say({ do: 'signal', id: one.id, signal: 'SIGCONT' });
  await untilUp([1, 1]);
}, 120_000);

interface Notes {
  /** At the last snapshot that was acknowledged, at the last that was sent, and in fact where it ended with a channel. */
  readonly taken: number;
  readonly told: number;
  readonly counted: number | undefined;
}

async function readNotes(): Promise<readonly Notes[]> {
  const files = await readdir(folder);
  return Promise.all(
    files.map(async (file) => {
      const told = new Map<number, number>();
      let taken = 0;
      let counted: number | undefined;
      for (const line of (await readFile(join(folder, file), 'utf8')).split('\n')) {
        const [word, first, second] = line.split(' ');
        if (word === 'told') told.set(Number(first), Number(second));
        if (word === 'taken') taken = told.get(Number(first)) ?? 0;
        if (word === 'counted') counted = Number(first);
      }
      return { taken, told: [...told.values()].at(-1) ?? 0, counted };
    }),
  );
}

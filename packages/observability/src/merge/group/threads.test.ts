import { type ChildProcess, fork } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundleProgram } from './group-bundle.fixture.ts';
import { type Scrape, toScrape } from './scrape.fixture.ts';
import type { ThreadCommand } from './threads.fixture.ts';

let program: Awaited<ReturnType<typeof bundleProgram>>;
let running: ChildProcess | undefined;

beforeAll(async () => {
  program = await bundleProgram('./threads.fixture.ts');
}, 60_000);

afterEach(() => {
  running?.kill('SIGKILL');
});

afterAll(() => program.remove());

async function start() {
  const child = fork(program.file, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  running = child;
  const next = (isMeant: (report: { name: string; message: string }) => boolean): Promise<string> =>
    new Promise((resolve) => {
      const onMessage = (report: { name: string; message: string }) => {
        if (!isMeant(report)) return;
        child.off('message', onMessage);
        resolve(report.message);
      };
      child.on('message', onMessage);
    });
  const url = await next(({ name }) => name === '');
  return {
    say: (command: ThreadCommand) => void child.send(command),
    saying: (name: string, message: string) => next((report) => report.name === name && report.message === message),
    async scrape(): Promise<Scrape> {
      return toScrape(await (await fetch(`${url}/metrics`)).text());
    },
  };
}

const upThreads = ({ gauges }: Scrape) =>
  [...gauges].filter(([series]) => series.startsWith('metrics_source_up{instance="thread')).map(([, value]) => value);
const threadWork = 'work_total{kind="thread"}';

test('worker threads are shown with the main thread, and ended ones keep what they counted', async () => {
  const { say, saying, scrape } = await start();
  const early = await scrape();
  expect([early.counters.get(threadWork), early.gauges.get('work_open'), upThreads(early)]).toEqual([1, 2, [1]]);

  for (const [name, joins] of [
    ['a', true],
    ['b', true],
    ['stranger', false],
  ] as const) {
    const counting = saying(name, 'counting');
    say({ do: 'start', name, joins, amount: 10 });
    await counting;
  }
  const all = await scrape();
  expect([all.counters.get(threadWork), all.gauges.get('work_open'), upThreads(all)]).toEqual([21, 4, [1, 1, 1]]);
  expect(all.counters.get('work_total{kind="main"}')).toBe(1_000);

  // What it counts in its last turn counts.
  say({ do: 'end', name: 'a' });
  await expect.poll(async () => upThreads(await scrape()).length).toBe(2);
  expect((await scrape()).counters.get(threadWork)).toBe(31);
  say({ do: 'terminate', name: 'b' });
  await expect.poll(async () => upThreads(await scrape()).length).toBe(1);
  const last = await scrape();
  expect([last.counters.get(threadWork), last.gauges.get('work_open')]).toEqual([31, 2]);
}, 60_000);

test('a thread that does not let go of its turn is told of and back afterwards', async () => {
  const { say, scrape } = await start();
  await scrape();
  say({ do: 'block', name: 'early' });
  await expect.poll(async () => upThreads(await scrape())).toEqual([0]);
  const blocked = await scrape();
  expect([blocked.counters.get(threadWork), blocked.gauges.get('work_open')]).toEqual([1, 2]);
  await expect.poll(async () => upThreads(await scrape()), { timeout: 10_000 }).toEqual([1]);
}, 60_000);

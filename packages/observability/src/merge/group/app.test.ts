import { fork } from 'node:child_process';
import { expect, test } from 'vitest';
import { bundleProgram } from './group-bundle.fixture.ts';
import { toScrape } from './scrape.fixture.ts';

test('an application of a primary, a child and its thread is shown in one place; after shutdown nothing is lost', async () => {
  const program = await bundleProgram('./app.fixture.ts');
  const app = fork(program.file, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const said: unknown[] = [];
    app.on('message', (message) => said.push(message));
    const serving = (message: unknown): message is { url: string } => typeof message === 'object';
    await expect.poll(() => said.some(serving) && said.includes('counted'), { timeout: 20_000 }).toBe(true);
    const url = said.find(serving)?.url;
    const scrape = async () => toScrape(await (await fetch(`${url}/metrics`)).text());
    const where = ({ counters }: Awaited<ReturnType<typeof scrape>>) =>
      ['primary', 'child', 'thread'].map((name) => counters.get(`work_total{where="${name}"}`));
    await expect.poll(async () => where(await scrape()), { timeout: 20_000 }).toEqual([1_000, 10, 5]);
    const { gauges } = await scrape();
    expect([...gauges.keys()].filter((series) => series.startsWith('metrics_source_up'))).toEqual([
      'metrics_source_up{instance="worker-1"}',
      'metrics_source_up{instance="worker-1/thread-1"}',
      'metrics_source_up{instance="main"}',
    ]);
    // Each process has metrics of its own, which are shown as one.
    expect(gauges.get('build_info{commit="",version="unknown"}')).toBe(1);

    app.send('finish');
    await expect.poll(() => said.includes('ended'), { timeout: 20_000 }).toBe(true);
    await expect
      .poll(async () => [...(await scrape()).gauges.keys()].filter((series) => series.startsWith('metrics_source_up')))
      .toEqual(['metrics_source_up{instance="main"}']);
    expect(where(await scrape())).toEqual([1_000, 17, 5]);
  } finally {
    app.kill('SIGKILL');
    await program.remove();
  }
}, 90_000);

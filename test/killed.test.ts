import { join } from 'node:path';
import { openStore } from '@autotrader/scanner';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from './harness/eventually.ts';
import { openSimulator } from './harness/open-simulator.ts';
import { startSystem } from './harness/system.ts';
import { useWorkFolder } from './harness/work-folder.ts';

const settings = `
  worker: { lease: 2s, poll: 200ms }
  scan: { deadline: 15s }`;

const isRunning = ({ state }: { state: string }) => state === 'running';

it('kill -9 in mid-scan leaves earlier results readable, and the next start takes the unfinished scans up', async () => {
  const folder = await useWorkFolder();
  const simulator = await openSimulator({ seed: 3 });
  onTestFinished(() => simulator.close());
  const start = () => startSystem({ folder, simulator, settings });
  const first = await start();
  const earlier = await first.scanAndWait();
  expect(new Set(earlier.map(({ state }) => state))).toEqual(new Set(['success']));
  expect((await first.process.stop()).code).toBe(0);

  simulator.setFaults([{ fault: 'latency', options: { minMs: 8_000 } }]);
  const second = await start();
  await second.client.requestScans();
  const unfinished = await eventually('running scans', async () => {
    const { scans } = await second.client.scans({ limit: 100 });
    const waiting = scans.filter(({ state }) => state === 'running' || state === 'queued');
    return waiting.some(isRunning) ? waiting : undefined;
  });
  expect((await second.process.stop('SIGKILL')).signal).toBe('SIGKILL');

  const store = await openStore({ url: `sqlite:${join(folder, 'data', 'autotrader.db')}` });
  try {
    for (const { id } of earlier) expect((await store.get(id))?.result, id).not.toBeNull();
    const left = await Promise.all(unfinished.map(({ id }) => store.get(id)));
    expect(left.map((record) => record?.result ?? null)).toEqual(unfinished.map(() => null));
    expect((await store.list({ state: 'running', limit: 100 })).length).toBeGreaterThan(0);
  } finally {
    await store.close();
  }

  simulator.setFaults([]);
  const third = await start();
  onTestFinished(async () => void (await third.process.stop('SIGKILL')));
  for (const { id } of unfinished) {
    const record = await eventually(`the end of ${id}`, async () => {
      const found = await third.client.scan(id);
      return found.result === null ? undefined : found;
    });
    expect(record.state, id).toBe('success');
  }
  expect((await third.process.stop()).code).toBe(0);
}, 60_000);

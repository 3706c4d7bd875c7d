import { join } from 'node:path';
import { openStore } from '@autotrader/scanner';
import { startSimulator } from '@autotrader/simulator';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from './harness/eventually.ts';
import { startSystem } from './harness/system.ts';
import { useWorkFolder } from './harness/work-folder.ts';

const settings = `
  worker: { lease: 2s, poll: 200ms }
  scan: { every: 'off', deadline: 15s }
  database_url: sqlite:./data/autotrader.db`;

it('kill -9 in mid-scan leaves earlier results readable, and the next start takes the unfinished scans up', async () => {
  const folder = await useWorkFolder();
  const simulator = await startSimulator({ seed: 3 });
  onTestFinished(() => simulator.close());
  const first = await startSystem({ folder, simulator, settings });
  const earlier = await first.scanAndWait();
  expect(earlier.map(({ state }) => state)).not.toContain('failure');

  simulator.setFaults([{ fault: 'latency', options: { minMs: 8_000, maxMs: 8_000 } }]);
  const { scans } = await first.client.requestScans();
  await eventually('a running scan', async () => {
    const { scans: running } = await first.client.scans({ status: 'running' });
    return running.length > 0 || undefined;
  });
  const ended = await first.process.stop('SIGKILL');
  expect(ended.signal).toBe('SIGKILL');

  const store = await openStore({ url: `sqlite:${join(folder, 'data', 'autotrader.db')}` });
  try {
    for (const { id } of earlier) expect((await store.get(id))?.result, id).not.toBeNull();
    for (const { id } of scans) expect((await store.get(id))?.state, id).toMatch(/^(queued|running)$/);
  } finally {
    await store.close();
  }

  simulator.setFaults([]);
  const second = await startSystem({ folder, simulator, settings });
  onTestFinished(async () => void (await second.process.stop('SIGKILL')));
  for (const { id } of scans) {
    const record = await eventually(`the end of ${id}`, async () => {
      const found = await second.client.scan(id);
      return found.result === null ? undefined : found;
    });
    expect(record.state, id).toBe('success');
  }
  expect((await second.process.stop()).code).toBe(0);
}, 60_000);

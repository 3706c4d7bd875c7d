import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openStore } from './open-store.ts';

const writer = fileURLToPath(new URL('../testing/killed-writer.ts', import.meta.url));

/** Lets the writer acknowledge some results, then kills it in mid-write. */
async function killAfter(url: string, results: number): Promise<readonly string[]> {
  const flags = ['--conditions=@autotrader/source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...flags, writer, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === results) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return acknowledged;
}

describe('a writer that is killed', () => {
  it('leaves a database that opens, with every acknowledged result whole', async () => {
    const url = `sqlite:${join(temporaryFolder(), 'scans.db')}`;
    const acknowledged = await killAfter(url, 50);
    const store = await openStore({ url });
    for (const id of acknowledged) expect((await store.get(id))?.result).toMatchObject({ id, status: 'success' });
    const { success, running } = await store.depth();
    expect(success).toBeGreaterThanOrEqual(acknowledged.length);
    expect(success).toBeLessThanOrEqual(acknowledged.length + 1);
    expect(running).toBe(0);
    await store.close();
  });
});

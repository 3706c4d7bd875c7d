import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { repository } from './autotrader.ts';

/** A new folder like a fresh checkout, as far as a running program sees one: the shipped `configs/` and nothing else. */
export async function createWorkFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'autotrader-test-'));
  await cp(join(repository, 'configs'), join(folder, 'configs'), { recursive: true });
  return folder;
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** The same, removed when the test ends. */
export async function useWorkFolder(): Promise<string> {
  const folder = await createWorkFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareFolder } from './out-folder.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'out-'));
  await writeFile(join(folder, 'file'), '');
});

afterAll(() => rm(folder, { recursive: true }));

describe('prepareFolder', () => {
  it('makes every folder on the way, and is content with one that is there', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    await prepareFolder(deep);
    await prepareFolder(deep);
    expect((await stat(deep)).isDirectory()).toBe(true);
  });

  it.each(['file', 'file/below'])('refuses %s, which is no folder', async (name) => {
    await expect(prepareFolder(join(folder, name))).rejects.toMatchObject({ code: 'CLI_FOLDER_UNWRITABLE' });
  });

  it.runIf(process.platform === 'linux')('ends where the system makes no folders', async () => {
    await expect(prepareFolder('/proc/nothing/here')).rejects.toMatchObject({ code: 'CLI_FOLDER_UNWRITABLE' });
  });
});

import { readdirSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolder, lostFor, openSpool, removeFolder, segmentFiles, toBatch } from './spool-test.fixture.ts';

const megabyte = 1_048_576;

describe('a disk spool that is given more than it may keep', () => {
  let folder = '';
  beforeEach(() => {
    folder = createFolder();
  });
  afterEach(() => {
    removeFolder(folder);
  });
  const bytesOnDisk = (): number => segmentFiles(folder).reduce((sum, path) => sum + statSync(path).size, 0);

  it('stays below its cap over 200 MB, and accounts for every record', async () => {
    const { spool, told } = await openSpool(folder, { maxBytes: 20 * megabyte });
    const body = Buffer.allocUnsafe(100_000).fill('not compressed without waiting ');
    let most = 0;
    for (let count = 0; count < 2_000; count += 1) {
      // Every eighth by the ordinary way.
      if (count % 8 === 0) await spool.write({ ...toBatch('', { records: 10 }), body });
      else expect(spool.writeSync({ ...toBatch('', { records: 10 }), body })).toEqual({ kind: 'written' });
      if (count % 100 === 99) most = Math.max(most, bytesOnDisk());
    }
    expect(most).toBeLessThanOrEqual(20 * megabyte);
    expect(told.bytes).toBe(bytesOnDisk());
    expect(lostFor(told, 'spool_full') + spool.waiting('traces')).toBe(20_000);
    expect(spool.waiting('traces')).toBeGreaterThan(1_500);
    await spool.close();
  });

  it('keeps no more entries in memory than one for each KiB of its cap, however small the batches', async () => {
    const { spool, told } = await openSpool(folder, { maxBytes: megabyte });
    for (let count = 0; count < 4_000; count += 1) spool.writeSync(toBatch(''));
    expect(spool.waiting('traces')).toBeLessThanOrEqual(1_024);
    expect(lostFor(told, 'spool_full') + spool.waiting('traces')).toBe(4_000);
    await spool.close();
    // Whoever adopts them keeps no more either.
    const again = await openSpool(folder, { maxBytes: megabyte / 2 });
    expect(again.spool.waiting('traces')).toBeLessThanOrEqual(512);
    await again.spool.close();
  });

  it.skipIf(process.platform !== 'linux')('leaves no file open', async () => {
    const openFiles = (): number => readdirSync('/proc/self/fd').length;
    const before = openFiles();
    for (let round = 0; round < 5; round += 1) {
      const { spool } = await openSpool(folder, { maxBytes: megabyte });
      for (let count = 0; count < 100; count += 1) {
        const batch = toBatch(`${count} `.repeat(2_000), { isImportant: count % 3 === 0 });
        if (count % 2 === 0) await spool.write(batch);
        else spool.writeSync(batch);
        if (count % 5 === 0) await (await spool.next('traces'))?.done();
      }
      await spool.close();
    }
    expect(openFiles()).toBeLessThanOrEqual(before + 1);
  });
});

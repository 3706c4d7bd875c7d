import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signals } from '../signal.ts';
import {
  createFolder,
  drain,
  lostFor,
  openSpool,
  peek,
  removeFolder,
  segmentFiles,
  toBatch,
} from './spool-test.fixture.ts';

describe('a disk spool', () => {
  let folder = '';
  beforeEach(() => {
    folder = createFolder();
  });
  afterEach(() => {
    removeFolder(folder);
  });

  it('gives back what was written, byte for byte, oldest first, signal by signal', async () => {
    const { spool, told } = await openSpool(folder);
    const long = 'long and repetitive '.repeat(1_000);
    for (const signal of signals) {
      expect(await spool.write(toBatch(`${signal} 1`, { signal, records: 2 }))).toEqual({ kind: 'written' });
      await spool.write(toBatch(long, { signal, isImportant: true, contentType: 'application/json' }));
      await spool.write(toBatch('', { signal }));
    }
    for (const signal of signals) {
      expect(spool.waiting(signal)).toBe(4);
      expect((await spool.next(signal))?.batch).toEqual({
        signal,
        contentType: 'application/x-protobuf',
        records: 2,
        isImportant: false,
        body: Buffer.from(`${signal} 1`),
      });
      expect(await drain(spool, signal)).toEqual([`${signal} 1`, long, '']);
      expect(spool.waiting(signal)).toBe(0);
    }
    expect(told).toMatchObject({ bytes: 0, lost: [], changes: [] });
    await spool.close();
  });

  it('offers a batch until it is done, and never after', async () => {
    const { spool } = await openSpool(folder);
    await spool.write(toBatch('a'));
    await spool.write(toBatch('b'));
    expect([await peek(spool), await peek(spool)]).toEqual(['a', 'a']);
    const next = await spool.next('traces');
    await Promise.all([next?.done(), next?.done()]);
    expect(await peek(spool)).toBe('b');
    await spool.close();
    const again = await openSpool(folder);
    expect(again.spool.waiting('traces')).toBe(1);
    expect(await drain(again.spool)).toEqual(['b']);
    await again.spool.close();
  });

  it('leaves no file once everything is done, and no folder once it is closed', async () => {
    const { spool } = await openSpool(folder);
    await spool.write(toBatch('a'));
    expect(segmentFiles(folder)).toHaveLength(1);
    await drain(spool);
    expect(segmentFiles(folder)).toEqual([]);
    await spool.close();
    expect(readdirSync(join(folder, 'backend'))).toEqual([]);
  });

  it('lets nobody else read what it writes', async () => {
    const { spool } = await openSpool(join(folder, 'made'));
    await spool.write(toBatch('a'));
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const found = lstatSync(join(folder, path));
      expect(found.mode & 0o777).toBe(found.isDirectory() ? 0o700 : 0o600);
    }
    await spool.close();
  });

  it('writes without waiting while another write is under way', async () => {
    const { spool } = await openSpool(folder);
    const writes = Array.from({ length: 20 }, (_, index) =>
      spool.write(toBatch(`async ${index} ${'x'.repeat(5_000)}`)),
    );
    await writes[3];
    for (let index = 0; index < 5; index += 1) expect(spool.writeSync(toBatch(`sync ${index}`)).kind).toBe('written');
    await Promise.all(writes);
    expect(spool.waiting('traces')).toBe(25);
    const { spool: other, told } = await openSpool(folder, { identity: otherHost });
    expect(other.waiting('traces')).toBe(0);
    await other.close();
    await spool.close();
    const later = await openSpool(folder);
    const texts = await drain(later.spool);
    expect(texts).toHaveLength(25);
    expect(texts.filter((text) => text.startsWith('sync'))).toEqual([0, 1, 2, 3, 4].map((index) => `sync ${index}`));
    expect([...told.lost, ...later.told.lost]).toEqual([]);
    await later.spool.close();
  });

  it('writes a batch once that is written without waiting while it is still being compressed', async () => {
    const { spool } = await openSpool(folder);
    const batch = toBatch('y'.repeat(100_000));
    const writing = spool.write(batch);
    expect(spool.writeSync(batch)).toEqual({ kind: 'written' });
    expect(await writing).toEqual({ kind: 'written' });
    expect(await drain(spool)).toHaveLength(1);
    await spool.close();
  });

  it('drops the oldest without errors first, then the oldest with errors', async () => {
    const { spool, told } = await openSpool(folder, { maxBytes: 16_000 });
    const body = (name: string) =>
      `${name} ${Array.from({ length: 900 }, () => Math.random().toString(36)[2] ?? 'x').join('')}`;
    for (let index = 0; index < 5; index += 1) await spool.write(toBatch(body(`i${index}`), { isImportant: true }));
    for (let index = 0; index < 20; index += 1) await spool.write(toBatch(body(`n${index}`)));
    expect(told.bytes).toBeLessThanOrEqual(16_000);
    const normalLost = lostFor(told, 'spool_full');
    expect(normalLost).toBeGreaterThan(8);
    const names = (await drainNames(spool)).join(' ');
    expect(names).toContain('i0 i1 i2 i3 i4');
    expect(names).toContain('n19');
    expect(names.split(' ')).toHaveLength(25 - normalLost);
    for (let index = 0; index < 30; index += 1) await spool.write(toBatch(body(`j${index}`), { isImportant: true }));
    expect(await spool.write(toBatch(body('late')))).toEqual({ kind: 'refused', reason: 'spool_full' });
    expect((await drainNames(spool)).at(-1)).toBe('j29');
    await spool.close();
  });

  it('refuses what is larger than all it may keep', async () => {
    const { spool, told } = await openSpool(folder, { maxBytes: 16_000 });
    await spool.write(toBatch('kept'));
    const body = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * index * 7) % 251));
    const large = { ...toBatch(''), body, isImportant: true };
    expect(spool.writeSync(large)).toEqual({ kind: 'refused', reason: 'spool_full' });
    expect(await drain(spool)).toEqual(['kept']);
    expect(told.lost).toEqual([]);
    await spool.close();
  });

  it('refuses after it was closed, and keeps its methods from failing', async () => {
    const { spool } = await openSpool(folder);
    await spool.write(toBatch('a'));
    const next = await spool.next('traces');
    await spool.close();
    await spool.close();
    await next?.done();
    expect(await spool.write(toBatch('b'))).toEqual({ kind: 'refused', reason: 'spool_unwritable' });
    expect(spool.writeSync(toBatch('b'))).toEqual({ kind: 'refused', reason: 'spool_unwritable' });
    expect(await spool.next('traces')).toBeUndefined();
    const again = await openSpool(folder);
    expect(await drain(again.spool)).toEqual(['a']);
    await again.spool.close();
    expect(existsSync(folder)).toBe(true);
  });
});

const otherHost = { machine: '0123456789ab', namespace: '1', pid: 1, start: '5' };

async function drainNames(spool: Parameters<typeof drain>[0]): Promise<string[]> {
  return (await drain(spool)).map((text) => text.split(' ')[0] ?? '');
}

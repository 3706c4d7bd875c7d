import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signals } from '../signal.ts';
import {
  createFolder,
  drain,
  endedProcess,
  lostFor,
  openSpool,
  peek,
  removeFolder,
  segmentFiles,
  toBatch,
} from './spool-test.fixture.ts';

const elsewhere = { machine: '0123456789ab', namespace: '77', pid: 1, start: '5' };
const refused = { kind: 'refused', reason: 'spool_unwritable' };

describe('a disk spool in trouble', () => {
  let folder = '';
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    folder = createFolder();
  });
  afterEach(() => {
    vi.useRealTimers();
    removeFolder(folder);
  });
  const tick = async (...opened: readonly Awaited<ReturnType<typeof openSpool>>[]): Promise<void> => {
    for (const { time } of opened) {
      time.steadyMs += 10_000;
      time.epochMs += 10_000;
    }
    vi.advanceTimersByTime(10_000);
    for (const { spool } of opened) await spool.next('logs');
  };

  it.each([
    ['a file', (path: string) => writeFileSync(path, 'x')],
    ['a link to nowhere that loops', (path: string) => symlinkSync(path, path)],
  ])('refuses, says so once, and recovers where the directory is %s', async (_, block) => {
    const directory = join(folder, 'blocked');
    block(directory);
    const opened = await openSpool(directory);
    const { spool, told, time } = opened;
    expect(await spool.write(toBatch('a'))).toEqual(refused);
    expect(spool.writeSync(toBatch('a'))).toEqual(refused);
    time.steadyMs += 1_000;
    expect(await spool.write(toBatch('a'))).toEqual(refused);
    expect(await spool.next('traces')).toBeUndefined();
    await tick(opened);
    expect(told.changes).toEqual([expect.stringMatching(/^failing .*blocked/)]);
    rmSync(directory);
    // Twice as long each time.
    time.steadyMs += 7_000;
    expect(await spool.write(toBatch('b'))).toEqual({ kind: 'written' });
    expect(told.changes.at(-1)).toBe('recovered');
    expect(await drain(spool)).toEqual(['b']);
    await spool.close();
  });

  it('recovers by itself when its directory can be used, also when there is nothing to write', async () => {
    const directory = join(folder, 'blocked');
    writeFileSync(directory, '');
    const opened = await openSpool(directory);
    rmSync(directory);
    await tick(opened);
    expect(opened.told.changes).toEqual([expect.stringContaining('failing'), 'recovered']);
    await opened.spool.close();
  });

  it.each([['/proc/telemetry-spool'], [`/tmp/${'long'.repeat(100)}`], ['/dev/null/spool'], ['/sys/kernel/spool']])(
    'opens on %s, where nothing can be written',
    async (directory) => {
      const { spool, told } = await openSpool(directory);
      expect(await spool.write(toBatch('a'))).toEqual(refused);
      expect(told.changes).toHaveLength(1);
      expect(told.lost).toEqual([]);
      await spool.close();
    },
  );

  it('makes its directory again when that is removed, counts what was in it and keeps what comes', async () => {
    const { spool, told } = await openSpool(folder);
    await spool.write(toBatch('gone', { records: 5 }));
    rmSync(join(folder, 'backend'), { recursive: true });
    expect(await spool.write(toBatch('kept'))).toEqual({ kind: 'written' });
    expect(lostFor(told, 'spool_unwritable')).toBe(5);
    expect([spool.waiting('traces'), await drain(spool)]).toEqual([1, ['kept']]);
    rmSync(folder, { recursive: true });
    expect(await spool.write(toBatch('again'))).toEqual({ kind: 'written' });
    expect(await drain(spool)).toEqual(['again']);
    expect(told.changes).toEqual([]);
    await spool.close();
  });

  it('counts what was in a file that is not there when it is read', async () => {
    const { spool, told } = await openSpool(folder);
    await spool.write(toBatch('gone', { records: 5 }));
    await spool.write(toBatch('kept', { signal: 'logs' }));
    for (const path of segmentFiles(folder).filter((one) => one.includes('traces'))) rmSync(path);
    expect(await peek(spool)).toBeUndefined();
    expect([lostFor(told, 'spool_unwritable'), spool.waiting('traces')]).toEqual([5, 0]);
    expect(await drain(spool, 'logs')).toEqual(['kept']);
    await spool.close();
  });

  it('refuses where a file took its folder while it ran, and goes on when that is gone', async () => {
    const { spool, told, time } = await openSpool(folder);
    const own = join(folder, 'backend');
    rmSync(own, { recursive: true });
    writeFileSync(own, '');
    expect(await spool.write(toBatch('a'))).toEqual(refused);
    expect(spool.writeSync(toBatch('a'))).toEqual(refused);
    rmSync(own);
    expect(await spool.write(toBatch('a'))).toEqual(refused);
    time.steadyMs += 2_000;
    expect(await spool.write(toBatch('a'))).toEqual({ kind: 'written' });
    expect(told.changes).toEqual([expect.stringContaining('failing'), 'recovered']);
    await spool.close();
  });

  it('counts a payload that changed exactly, and once', async () => {
    const first = await openSpool(folder);
    for (const text of ['one', 'two', 'three']) await first.spool.write(toBatch(text, { records: 4 }));
    await first.spool.close();
    const [path = ''] = segmentFiles(folder);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('two')] = 0;
    writeFileSync(path, bytes);
    const { spool, told } = await openSpool(folder);
    expect(await drain(spool)).toEqual(['one', 'three']);
    expect(told.lost).toEqual([{ signal: 'traces', reason: 'spool_corrupted', records: 4 }]);
    await spool.close();
  });

  it('knows of which signal damaged files were, counts them once however often they are read, and removes them', async () => {
    const first = await openSpool(folder);
    for (const signal of signals) await first.spool.write(toBatch('x'.repeat(50), { signal, records: 3 }));
    await first.spool.write(toBatch('kept', { signal: 'metrics' }));
    await first.spool.close();
    const [logs = '', metrics = '', traces = ''] = segmentFiles(folder).sort((a, b) =>
      kindOf(a).localeCompare(kindOf(b)),
    );
    writeFileSync(logs, Buffer.alloc(10_000));
    truncateSync(traces, 80);
    appendFileSync(metrics, 'half a header');
    const opened = await openSpool(folder);
    expect(opened.told.lost).toEqual(
      expect.arrayContaining([
        { signal: 'logs', reason: 'spool_corrupted', records: 1 },
        { signal: 'metrics', reason: 'spool_corrupted', records: 1 },
        { signal: 'traces', reason: 'spool_corrupted', records: 3 },
      ]),
    );
    expect(opened.told.lost).toHaveLength(3);
    expect(segmentFiles(folder)).toHaveLength(1);
    await opened.spool.close();
    const again = await openSpool(folder);
    expect(again.told.lost).toEqual([]);
    expect(await drain(again.spool, 'metrics')).toEqual(['x'.repeat(50), 'kept']);
    await again.spool.close();
  });

  it('leaves alone what is not its own', async () => {
    const first = await openSpool(folder);
    await first.spool.write(toBatch('a'));
    await first.spool.close();
    const [path = ''] = segmentFiles(folder);
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'nobody else reads or changes this');
    symlinkSync(secret, join(dirname(path), '000099.traces.normal.00000000.spool'));
    mkdirSync(join(dirname(path), '000098.traces.normal.00000000.spool'));
    writeFileSync(join(dirname(path), 'notes.txt'), '');
    symlinkSync(folder, join(folder, 'backend', 'free.0123456789ab'));
    const { spool, told } = await openSpool(folder);
    expect(await drain(spool)).toEqual(['a']);
    await spool.close();
    expect(told.lost).toEqual([]);
    expect(readFileSync(secret, 'utf8')).toBe('nobody else reads or changes this');
    expect(existsSync(join(folder, 'backend', 'free.0123456789ab'))).toBe(true);
  });

  it('drops what is too old, by a clock that does not jump', async () => {
    const opened = await openSpool(folder, { maxAgeMs: 60_000 });
    const { spool, told, time } = opened;
    await spool.write(toBatch('old', { records: 2 }));
    time.epochMs += 10 * 86_400_000;
    await tick(opened);
    expect(await peek(spool)).toBe('old');
    await spool.write(toBatch('new'));
    time.epochMs -= 20 * 86_400_000;
    time.steadyMs += 55_000;
    expect(await drain(spool)).toEqual(['new']);
    expect(told.lost).toEqual([{ signal: 'traces', reason: 'spool_expired', records: 2 }]);
    await spool.close();
  });

  it('gives what an earlier process left a minute before it holds the wall clock against it', async () => {
    const first = await openSpool(folder);
    for (const text of ['a', 'b']) await first.spool.write(toBatch(text));
    await first.spool.close();
    const opened = await openSpool(folder, { maxAgeMs: 3_600_000 });
    const { spool, told, time } = opened;
    // The clock was wrong when the process started, and is set right.
    time.epochMs += 365 * 86_400_000;
    await (await spool.next('traces'))?.done();
    time.epochMs -= 365 * 86_400_000;
    for (let count = 0; count < 8; count += 1) await tick(opened);
    time.epochMs += 365 * 86_400_000;
    await tick(opened);
    expect(await peek(spool)).toBe('b');
    time.steadyMs += 3_600_000;
    await tick(opened);
    // It was in our hands, so it is lost only when we ask for the next.
    expect([spool.waiting('traces'), told.lost]).toEqual([0, []]);
    expect(await peek(spool)).toBeUndefined();
    expect(lostFor(told, 'spool_expired')).toBe(1);
    await spool.close();
  });

  it('takes over from a process it cannot see when that was silent for long, and is not in its way when it wakes', async () => {
    const sleeper = await openSpool(folder, { identity: elsewhere });
    await sleeper.spool.write(toBatch('early'));
    const [place = ''] = readdirSync(join(folder, 'backend'));
    vi.clearAllTimers();
    const opened = await openSpool(folder);
    for (let count = 1; count < 12; count += 1) {
      await tick(opened);
      if (count < 6) utimesSync(join(folder, 'backend', place), count, count);
      else if (count < 10) expect(opened.spool.waiting('traces')).toBe(0);
    }
    expect(await peek(opened.spool)).toBe('early');
    sleeper.time.steadyMs += 60_000;
    await sleeper.spool.write(toBatch('awake'));
    expect([sleeper.told.lost, sleeper.spool.waiting('traces')]).toEqual([[], 1]);
    expect(await drain(sleeper.spool)).toEqual(['awake']);
    expect(await drain(opened.spool)).toEqual(['early']);
    await Promise.all([sleeper.spool.close(), opened.spool.close()]);
  });

  it('adopts at the next look what a process leaves that ends later, in the order it was written', async () => {
    const opened = await openSpool(folder);
    const other = await openSpool(folder, { identity: elsewhere });
    await other.spool.write(toBatch('1'));
    await other.spool.write(toBatch('2'));
    await opened.spool.write(toBatch('own'));
    await opened.spool.write(toBatch('own later'));
    await opened.spool.write(toBatch('own last'));
    await other.spool.close();
    await tick(opened);
    const texts = await drain(opened.spool);
    expect(texts.toSorted()).toEqual(['1', '2', 'own', 'own last', 'own later']);
    expect(texts.indexOf('1')).toBeLessThan(texts.indexOf('2'));
    expect(texts.at(-1)).toBe('own last');
    await opened.spool.close();
  });

  it('shares the cap with other processes that live', async () => {
    const body = () => Buffer.from(Array.from({ length: 1_000 }, () => Math.floor(Math.random() * 256)));
    const fill = async (one: Awaited<ReturnType<typeof openSpool>>): Promise<void> => {
      for (let count = 0; count < 60; count += 1) await one.spool.write({ ...toBatch(''), body: body() });
    };
    const first = await openSpool(folder, { maxBytes: 40_000, identity: elsewhere });
    await fill(first);
    expect(first.told.bytes).toBeGreaterThan(30_000);
    const second = await openSpool(folder, { maxBytes: 40_000, identity: { ...elsewhere, namespace: '78' } });
    await fill(second);
    await tick(first, second);
    await tick(first, second);
    expect(first.told.bytes + second.told.bytes).toBeLessThanOrEqual(40_000);
    expect(Math.min(first.told.bytes, second.told.bytes)).toBeGreaterThan(15_000);
    await Promise.all([first.spool.close(), second.spool.close()]);
  });

  it('has each batch taken once when many open at the same time', async () => {
    const ended: Awaited<ReturnType<typeof openSpool>>[] = [];
    for (let number = 0; number < 4; number += 1) {
      const dying = await openSpool(folder, { identity: { ...elsewhere, pid: number + 5 } });
      for (let index = 0; index < 10; index += 1) await dying.spool.write(toBatch(`${number}-${index}`));
      const [place = ''] = readdirSync(join(folder, 'backend')).filter((one) => one.includes(`.${number + 5}.5.`));
      const { machine, namespace, pid, start } = endedProcess(number);
      const id = place.split('.').at(-1);
      renameSync(
        join(folder, 'backend', place),
        join(folder, 'backend', [machine, namespace, pid, start, id].join('.')),
      );
      ended.push(dying);
    }
    vi.clearAllTimers();
    const opened = await Promise.all([1, 2, 3, 4, 5].map(() => openSpool(folder)));
    const texts = (await Promise.all(opened.map(({ spool }) => drain(spool)))).flat();
    expect(texts).toHaveLength(40);
    expect(new Set(texts).size).toBe(40);
    await Promise.all([...ended, ...opened].map(({ spool }) => spool.close()));
  });
});

function kindOf(path: string): string {
  return basename(path).split('.')[1] ?? '';
}

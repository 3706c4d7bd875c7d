import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFolder, drain, lostFor, openSpool, removeFolder, type Told } from './spool-test.fixture.ts';

const script = fileURLToPath(new URL('./spool-process.fixture.ts', import.meta.url));
const command = [process.execPath, '--import', 'tsx', '--conditions=@autotrader/source', script];

describe('a disk spool and the processes around it', () => {
  let folder = '';
  const children = new Set<ChildProcess>();
  beforeEach(() => {
    folder = createFolder();
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    vi.useRealTimers();
    removeFolder(folder);
  });

  /** Kills the process when it has said so many lines, or `all`; resolves with all it said before it was dead. */
  const runUntil = async (mode: string, name: string, lines: number): Promise<string[]> => {
    const { child, said } = start(mode, name);
    child.stdout?.on('data', () => {
      if (said().length >= lines || said().includes('all')) child.kill('SIGKILL');
    });
    await once(child, 'close');
    return said();
  };
  const start = (mode: string, name: string): { readonly child: ChildProcess; said(): string[] } => {
    const [program = '', ...args] = command;
    const child = spawn(program, [...args, mode, folder, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.add(child);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    // The last line may have been cut by the kill.
    return { child, said: () => text.split('\n').slice(0, -1) };
  };
  const firstWords = (texts: readonly string[]): string[] => texts.map((text) => text.split(' ')[0] ?? '');

  it('replays what a killed process wrote once, also when the one that replays is killed', async () => {
    const written = [...(await runUntil('write', 'a', 40)), ...(await runUntil('write', 'b', 25))];
    const delivered = [...(await runUntil('deliver', '', 7)), ...(await runUntil('deliver', '', 20))];
    const { spool, told } = await openSpool(folder);
    const rest = firstWords(await drain(spool));
    await spool.close();
    const all = [...delivered.filter((line) => line !== 'all'), ...rest];
    // Done before the kill but not said any more: its line may be missing. Written but not said: it may be there.
    expect(new Set(all).size).toBe(all.length);
    const missing = written.filter((text) => !all.includes(text));
    const more = all.filter((text) => !written.includes(text));
    expect(missing.length).toBeLessThanOrEqual(2);
    expect(more.length).toBeLessThanOrEqual(2);
    expect(all.length).toBeGreaterThan(60);
    expect(lostFor(told, 'spool_corrupted')).toBeLessThanOrEqual(2);
    expect(await drainOnceMore(folder)).toEqual([]);
  });

  it('leaves a living process what is its own, and takes it when that is killed, one of many', async () => {
    const writers = ['x', 'y'].map((name) => start('write', name));
    await vi.waitFor(() => expect(writers.every(({ said }) => said().length > 5)).toBe(true), { timeout: 15_000 });
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const spools = await Promise.all([1, 2, 3].map(() => openSpool(folder, { maxBytes: 2 ** 28 })));
    expect(spools.map(({ spool }) => spool.waiting('traces'))).toEqual([0, 0, 0]);
    for (const { child } of writers) child.kill('SIGKILL');
    await Promise.all(writers.map(({ child }) => once(child, 'close')));
    const written = writers.flatMap(({ said }) => said());
    vi.advanceTimersByTime(10_000);
    const texts = firstWords((await Promise.all(spools.map(({ spool }) => drain(spool)))).flat());
    expect(new Set(texts).size).toBe(texts.length);
    expect(written.filter((text) => !texts.includes(text))).toEqual([]);
    expect(texts.length - written.length).toBeLessThanOrEqual(2);
    await Promise.all(spools.map(({ spool }) => spool.close()));
  });

  it('refuses on a disk that is full, loses nothing that it took, and goes on when there is room', () => {
    const disks = [limited(folder), ...mounted(join(folder, 'disk'))];
    for (const { line, directory, code } of disks) {
      const { stdout, stderr } = spawnSync('sh', ['-c', line, ...command, 'fill', directory], { encoding: 'utf8' });
      if (directory !== folder) spawnSync('umount', [directory]);
      expect(stderr).toBe('');
      const result = JSON.parse(stdout) as FilledDisk;
      expect(result.writes).toBeGreaterThan(2);
      expect(result.inPause).toEqual(['refused', 'refused']);
      expect(result.delivered).toEqual(Array.from({ length: result.writes }, (_, index) => index));
      expect(result).toMatchObject({ later: 'written', left: 1, told: { lost: [] }, toldLater: { lost: [] } });
      expect(result.told.changes).toEqual([expect.stringContaining(code), 'recovered']);
    }
  });
});

interface FilledDisk {
  readonly writes: number;
  readonly inPause: readonly string[];
  readonly delivered: readonly number[];
  readonly later: string;
  readonly left: number;
  readonly told: Told;
  readonly toldLater: Told;
}

interface SmallDisk {
  readonly line: string;
  readonly directory: string;
  readonly code: string;
}

/** Any user may limit the length of the files it writes: the system then takes a part of a frame and refuses the rest. */
function limited(directory: string): SmallDisk {
  return { line: 'trap \'\' XFSZ; ulimit -f 100; exec "$0" "$@"', directory, code: 'EFBIG' };
}

/** A disk of one megabyte, where this user may make one. */
function mounted(directory: string): SmallDisk[] {
  mkdirSync(directory);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', directory]);
  return status === 0 ? [{ line: 'exec "$0" "$@"', directory, code: 'ENOSPC' }] : [];
}

async function drainOnceMore(folder: string): Promise<string[]> {
  const { spool } = await openSpool(folder);
  const texts = await drain(spool);
  await spool.close();
  return texts;
}

import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRegularFile, readSignature, watchFile } from './file-watch.ts';

const intervalMs = 10;

describe('a watched file', () => {
  let folder = '';
  let file = '';
  let stop = (): void => undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'watch-'));
    file = join(folder, 'settings.yaml');
    await writeFile(file, 'one');
  });
  afterEach(async () => {
    stop();
    await rm(folder, { recursive: true });
  });

  async function watch(path = file): Promise<ReturnType<typeof vi.fn>> {
    const onChange = vi.fn();
    stop = watchFile(path, { since: await readSignature(path), onChange, intervalMs });
    return onChange;
  }
  const times = (onChange: ReturnType<typeof vi.fn>, count: number): Promise<void> =>
    vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(count), { timeout: 5_000, interval: 5 });

  it('is noticed when it is written in place', async () => {
    const onChange = await watch();
    await writeFile(file, 'two');
    await times(onChange, 1);
  });

  it('is noticed when it changed between being read and being watched', async () => {
    const onChange = vi.fn();
    const since = await readSignature(file);
    await writeFile(file, 'two');
    stop = watchFile(file, { since, onChange, intervalMs });
    await times(onChange, 1);
  });

  it('is noticed when an editor replaces it by another, again and again', async () => {
    const onChange = await watch();
    for (let round = 1; round <= 3; round += 1) {
      await writeFile(`${file}.new`, 'one');
      await rename(`${file}.new`, file);
      await times(onChange, round);
    }
  });

  it('is noticed when it is deleted, and when it comes back', async () => {
    const onChange = await watch();
    await unlink(file);
    await times(onChange, 1);
    await writeFile(file, 'two');
    await times(onChange, 2);
  });

  it('is noticed when its whole folder is replaced', async () => {
    const onChange = await watch();
    await rename(folder, `${folder}.old`);
    await mkdir(folder);
    await writeFile(file, 'two');
    await times(onChange, 1);
    await rm(`${folder}.old`, { recursive: true });
  });

  it('is noticed when Kubernetes swaps the link to the folder that holds it', async () => {
    await mkdir(join(folder, '..v1'));
    await writeFile(join(folder, '..v1', 'mounted.yaml'), 'one');
    await symlink('..v1', join(folder, '..data'));
    await symlink(join('..data', 'mounted.yaml'), join(folder, 'mounted.yaml'));
    const onChange = await watch(join(folder, 'mounted.yaml'));

    await mkdir(join(folder, '..v2'));
    await writeFile(join(folder, '..v2', 'mounted.yaml'), 'two');
    await symlink('..v2', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await rm(join(folder, '..v1'), { recursive: true });
    await times(onChange, 1);
  });

  it('is left alone after the end', async () => {
    const onChange = await watch();
    stop();
    await writeFile(file, 'two');
    const later = await watch();
    await writeFile(file, 'three');
    await times(later, 1);
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe('watching', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('does not keep the process alive', () => {
    const unref = vi.spyOn(globalThis, 'setInterval');
    watchFile('nowhere', { since: 'missing', onChange: () => undefined })();
    const timer: NodeJS.Timeout = unref.mock.results[0]?.value;
    expect(timer.hasRef()).toBe(false);
  });
});

describe('isRegularFile', () => {
  it('tells files from what cannot be read twice', async () => {
    expect(await isRegularFile('/dev/null')).toBe(false);
    expect(await isRegularFile(tmpdir())).toBe(false);
    expect(await isRegularFile(join(tmpdir(), 'nowhere'))).toBe(false);
  });
});

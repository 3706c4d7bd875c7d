import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LineDestination } from './line-destination.ts';
import { createLogFile, type FileCalls, type LogFileSettings } from './log-file.ts';

const hourMs = 3_600_000;
let folder = '';
let path = '';
let nowMs = 0;
let rotationErrors: unknown[] = [];
const opened: LineDestination[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'log-file-'));
  path = join(folder, 'service.log');
  nowMs = Date.UTC(2030, 0, 1, 12, 30);
  rotationErrors = [];
});
afterEach(() => {
  for (const file of opened.splice(0)) file.endSync?.(0);
  fs.rmSync(folder, { recursive: true, force: true });
});

function open(settings: Partial<LogFileSettings> = {}, files: Partial<FileCalls> = {}): (...lines: string[]) => void {
  const file = createLogFile(
    { path, maxBytes: 1_000_000, maxFiles: 3, rotateEvery: 'never', ...settings },
    { now: () => nowMs, onRotationFailed: (error) => rotationErrors.push(error), files: { ...fs, ...files } },
  );
  opened.push(file);
  return (...lines) => {
    let bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    while (bytes.length > 0) bytes = bytes.subarray(file.write(bytes, 1));
  };
}

const read = (suffix = ''): string => fs.readFileSync(path + suffix, 'utf8');
const names = (): string[] => fs.readdirSync(folder).sort();

/** A disk that takes so many bytes more; half a line may be among them. */
function createFullDisk(): { room: number; calls: Partial<FileCalls> } {
  const disk = {
    room: Number.POSITIVE_INFINITY,
    calls: {
      writeSync: ((fd: number, bytes: Buffer) => {
        const taken = Math.min(disk.room, bytes.length);
        if (taken === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        disk.room -= taken;
        return fs.writeSync(fd, bytes.subarray(0, taken));
      }) as FileCalls['writeSync'],
    },
  };
  return disk;
}

describe('a log file', () => {
  it.skipIf(!fs.existsSync('/proc/self'))('fails at once where no folder can be made', () => {
    for (path of ['/proc/none/service.log', '/proc/none/deep/er/service.log', '/proc/version/service.log']) {
      expect(() => open()('a')).toThrow(/ENOENT|ENOTDIR|EEXIST/);
    }
  });

  it('is made with its folder, readable for owner and group only', () => {
    path = join(folder, 'deep', 'er', 'service.log');
    open()('a');
    expect(read()).toBe('a\n');
    expect(fs.statSync(path).mode & 0o137).toBe(0);
  });

  it('is continued', () => {
    fs.writeFileSync(path, 'before\n');
    open()('a');
    expect(read()).toBe('before\na\n');
  });

  it('does not glue its first line to a half one that a crash has left', () => {
    fs.writeFileSync(path, 'whole\nha');
    open()('a', 'b');
    expect(read()).toBe('whole\nha\na\nb\n');
  });

  it('stays where it was when the working directory changes', () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const write = open({ path: 'relative.log' });
      process.chdir(tmpdir());
      write('a');
    } finally {
      process.chdir(before);
    }
    expect(names()).toEqual(['relative.log']);
  });

  it('reports what the file system says, and works once it is put right', () => {
    fs.mkdirSync(path);
    const write = open();
    expect(() => write('a')).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    fs.rmdirSync(path);
    write('a');
    expect(read()).toBe('a\n');
  });

  it.each(['EACCES', 'EROFS', 'EMFILE'])('survives %s at opening', (code) => {
    let refused = true;
    const write = open(
      {},
      {
        openSync: (...args) => {
          if (refused) throw Object.assign(new Error('refused'), { code });
          return fs.openSync(...args);
        },
      },
    );
    expect(() => write('a')).toThrow(expect.objectContaining({ code }));
    refused = false;
    write('a');
    expect(read()).toBe('a\n');
  });

  it('opens anew after a write that failed for good', () => {
    let broken = false;
    const write = open(
      {},
      {
        writeSync: ((fd: number, bytes: Buffer) => {
          if (broken) throw Object.assign(new Error('stale'), { code: 'ESTALE' });
          return fs.writeSync(fd, bytes);
        }) as FileCalls['writeSync'],
      },
    );
    write('a');
    broken = true;
    expect(() => write('b')).toThrow('stale');
    fs.renameSync(path, `${path}.away`);
    broken = false;
    write('b');
    expect([read('.away'), read()]).toEqual(['a\n', 'b\n']);
  });
});

describe('a log file that is full', () => {
  it('is moved aside before it grows too large, line by line', () => {
    const write = open({ maxBytes: 10 });
    write('aaaa', 'bbbb', 'cccc', 'dddd', 'eeee');
    expect([read(), read('.1'), read('.2')]).toEqual(['eeee\n', 'cccc\ndddd\n', 'aaaa\nbbbb\n']);
    expect(names()).toEqual(['service.log', 'service.log.1', 'service.log.2']);
  });

  it('keeps so many files beside it', () => {
    const write = open({ maxBytes: 2, maxFiles: 2 });
    write('a', 'b', 'c', 'd', 'e');
    expect([read(), read('.1'), read('.2')]).toEqual(['e\n', 'd\n', 'c\n']);
    expect(names()).toHaveLength(3);
  });

  it('keeps none when told so', () => {
    open({ maxBytes: 2, maxFiles: 0 })('a', 'b');
    expect([names(), read()]).toEqual([['service.log'], 'b\n']);
  });

  it('removes what an earlier, larger number of files has left', () => {
    open({ maxBytes: 2, maxFiles: 5 })('a', 'b', 'c', 'd', 'e', 'f');
    open({ maxBytes: 2, maxFiles: 2 })('g');
    expect(names()).toEqual(['service.log', 'service.log.1', 'service.log.2']);
  });

  it('gives a line longer than a file one of its own', () => {
    open({ maxBytes: 5 })('a', 'long enough', 'b');
    expect([read(), read('.1'), read('.2')]).toEqual(['b\n', 'long enough\n', 'a\n']);
  });

  it('counts what was there before', () => {
    fs.writeFileSync(path, '123456789\n');
    open({ maxBytes: 12 })('a', 'b');
    expect([read('.1'), read()]).toEqual(['123456789\na\n', 'b\n']);
  });

  it('goes on where it cannot be moved, says so once, and is moved later', () => {
    let refused = true;
    const renameSync: FileCalls['renameSync'] = (from, to) => {
      if (refused) throw Object.assign(new Error('refused'), { code: 'EACCES' });
      fs.renameSync(from, to);
    };
    const write = open({ maxBytes: 2 }, { renameSync });
    write('a', 'b');
    nowMs += 20_000;
    write('c');
    expect([read(), rotationErrors.length, names()]).toEqual(['a\nb\nc\n', 1, ['service.log']]);
    refused = false;
    nowMs += 20_000;
    write('d');
    expect([read('.1'), read()]).toEqual(['a\nb\nc\n', 'd\n']);
  });

  it('leaves moving to another process that is at it, unless that one has died', () => {
    const write = open({ maxBytes: 2 });
    write('a');
    fs.writeFileSync(`${path}.lock`, '');
    fs.utimesSync(`${path}.lock`, nowMs / 1_000, nowMs / 1_000);
    write('b');
    expect(read()).toBe('a\nb\n');
    nowMs += 11_000;
    write('c');
    nowMs += 1_000;
    write('d');
    expect([read('.1'), read()]).toEqual(['a\nb\nc\n', 'd\n']);
    expect(names()).toEqual(['service.log', 'service.log.1']);
  });
});

describe('a log file whose time is over', () => {
  it.each([
    ['hour', 1],
    ['day', 24],
  ] as const)('is moved aside every %s', (rotateEvery, hours) => {
    const write = open({ rotateEvery });
    write('a');
    nowMs += 20 * 60_000;
    write('b');
    nowMs += hours * hourMs;
    write('c');
    nowMs += 1_000;
    write('d');
    expect([read('.1'), read()]).toEqual(['a\nb\n', 'c\nd\n']);
  });

  it('counts from its last line, also across a restart', () => {
    fs.writeFileSync(path, 'before\n');
    fs.utimesSync(path, nowMs / 1_000, (nowMs - hourMs) / 1_000);
    open({ rotateEvery: 'hour' })('a');
    expect([read('.1'), read()]).toEqual(['before\n', 'a\n']);
  });

  it('is not moved for a clock that was set back', () => {
    const write = open({ rotateEvery: 'hour' });
    write('a');
    nowMs -= 5 * hourMs;
    write('b');
    expect(names()).toEqual(['service.log']);
  });
});

describe('a log file somebody else', () => {
  it('has moved away is followed by a new one within a second', () => {
    const write = open();
    write('a');
    fs.renameSync(path, `${path}.old`);
    fs.writeFileSync(path, '');
    write('b');
    nowMs += 1_000;
    write('c');
    expect([read('.old'), read()]).toEqual(['a\nb\n', 'c\n']);
  });

  it('has deleted is made again', () => {
    const write = open();
    write('a');
    fs.rmSync(folder, { recursive: true });
    nowMs += 1_000;
    write('b');
    expect(read()).toBe('b\n');
  });

  it('has rotated is opened at once when told so', () => {
    const write = open();
    write('a');
    fs.renameSync(path, `${path}.1`);
    opened[0]?.reopen?.();
    write('b');
    expect([read('.1'), read()]).toEqual(['a\n', 'b\n']);
  });

  it('writes to as well is not rotated twice', () => {
    const first = open({ maxBytes: 4 });
    const second = open({ maxBytes: 4 });
    first('a');
    second('b');
    first('c');
    second('d');
    nowMs += 1_000;
    second('e');
    first('f');
    const all = names().map((name) => fs.readFileSync(join(folder, name), 'utf8'));
    expect(all.join('').trim().split('\n').sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(all.slice(1).every((text) => text.length >= 4)).toBe(true);
  });
});

describe('a disk that fills up in the middle of a line', () => {
  it('leaves no half line: the whole one is written when there is room again', () => {
    const disk = createFullDisk();
    const write = open({}, disk.calls);
    write('first');
    disk.room = 3;
    expect(() => write('second')).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    expect(read()).toBe('first\n');
    disk.room = 100;
    write('second', 'third');
    expect(read()).toBe('first\nsecond\nthird\n');
  });

  it('keeps the lines before it', () => {
    const disk = createFullDisk();
    const write = open({}, disk.calls);
    disk.room = 10;
    expect(() => write('first', 'second')).toThrow('no space left');
    expect(read()).toBe('first\n');
  });

  it('leaves alone what another process has written behind it, and starts a new line', () => {
    const disk = createFullDisk();
    const { writeSync } = fs;
    const write = open(
      {},
      {
        writeSync: ((fd: number, bytes: Buffer) => {
          const taken = (disk.calls.writeSync as (fd: number, bytes: Buffer) => number)(fd, bytes);
          if (taken < bytes.length) writeSync(fd, Buffer.from('theirs\n'));
          return taken;
        }) as FileCalls['writeSync'],
      },
    );
    disk.room = 3;
    expect(() => write('mine')).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    disk.room = 100;
    write('mine');
    expect(read()).toBe('mintheirs\nmine\n');
  });
});

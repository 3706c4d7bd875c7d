import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexes, type Line, parseLines, readLines, runOutputs, upTo } from './output-process.fixture.ts';

// Linux has one.
const fullDevice = '/dev/full';
let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-output-'));
  path = join(folder, 'service.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const toFile = (file: object = {}, standard = true): object => ({
  format: 'json',
  throttling: { enabled: false },
  outputs: { standard: { enabled: standard }, file: { enabled: true, path, ...file } },
});

describe('a process that writes to a file and to stdout', () => {
  it.each([
    ['natural', 0],
    ['shutdown', 0],
    ['exit', 3],
    ['throw', 1],
    ['reject', 1],
  ])('and ends by %s loses no line in either', async (how, code) => {
    const ended = await runOutputs({ how, logging: toFile(), lines: 5_000 });
    expect(ended.code).toBe(code);
    expect(indexes(ended.stdout)).toEqual(upTo(5_000));
    expect(readLines(path)).toEqual(ended.stdout);
    if (how === 'exit') expect(readLines(path).at(-1)).toMatchObject({ event: 'last_words' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('and ends by %s loses no line in either', async (signal) => {
    const ended = await runOutputs({ how: 'signal', logging: toFile(), lines: 5_000 }, (child) =>
      child.once('message', () => child.send(signal)),
    );
    expect(ended.signal).toBe(signal);
    expect(indexes(ended.stdout)).toEqual(upTo(5_000));
    expect(readLines(path)).toEqual(ended.stdout);
  });

  it('goes on with stdout where the file cannot be written, says so once, and counts what the file misses', async () => {
    mkdirSync(path);
    const ended = await runOutputs({ how: 'shutdown', logging: toFile() });
    expect(indexes(ended.stdout)).toEqual(upTo(1_000));
    expect(ended.stdout.filter(({ event }) => event === 'log_output_failing')).toMatchObject([
      { level: 'WARNING', output: 'file', path, code: 'EISDIR' },
    ]);
  });

  it.skipIf(!existsSync(fullDevice))('survives a device that is always full', async () => {
    const logging = toFile({ path: fullDevice });
    const ended = await runOutputs({ how: 'exit', logging });
    expect(ended.code).toBe(3);
    expect(indexes(ended.stdout)).toEqual(upTo(1_000));
    expect(ended.stdout.filter(({ event }) => event === 'log_output_failing')).toMatchObject([{ code: 'ENOSPC' }]);
  });

  it.skipIf(!existsSync(fullDevice))(
    'says on stderr when stdout leads to a full disk, which costs the file nothing',
    async () => {
      const full = openSync(fullDevice, 'w');
      try {
        const ended = await runOutputs({ how: 'exit', logging: toFile() }, undefined, full);
        expect(ended.code).toBe(3);
        expect(ended.stderr).toMatchObject([
          { event: 'log_output_failing', output: 'stdout', code: 'ENOSPC' },
          { event: 'log_lines_lost', lines_lost: 1_001 },
        ]);
        expect(indexes(readLines(path))).toEqual(upTo(1_000));
      } finally {
        closeSync(full);
      }
    },
  );

  it('survives a closed stdout, which costs the file nothing', async () => {
    const ended = await runOutputs({ how: 'closed-descriptor', logging: toFile() });
    expect(ended.code).toBe(0);
    expect(indexes(readLines(path))).toEqual(upTo(1_000));
    expect(ended.stderr.at(-1)).toMatchObject({ dropped: { pipe_closed: 1_000 } });
  });
});

describe('a process that writes to a file only', () => {
  it('says on stderr what is wrong with it', async () => {
    mkdirSync(path);
    const ended = await runOutputs({ how: 'exit', logging: toFile({}, false) });
    expect(ended.stdout).toEqual([]);
    expect(ended.stderr).toMatchObject([
      { event: 'log_output_failing', output: 'file', code: 'EISDIR' },
      { event: 'log_lines_lost', lines_lost: expect.any(Number) },
    ]);
  });

  it('rotates it without tearing or losing a line', async () => {
    const ended = await runOutputs({
      how: 'natural',
      logging: toFile({ max_bytes: 10_000, max_files: 1_000 }, false),
      lines: 2_000,
    });
    expect(ended.code).toBe(0);
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(files.length).toBeGreaterThan(20);
    expect(files.every((text) => text.length <= 10_000 && text.endsWith('\n'))).toBe(true);
    expect(indexes(files.flatMap(parseLines)).sort((a, b) => Number(a) - Number(b))).toEqual(upTo(2_000));
  });
});

it('three processes may share a file, while it is rotated', async () => {
  const lines = 1_500;
  const writers = ['one', 'two', 'three'];
  const logging = toFile({ max_bytes: 100_000, max_files: 1_000 }, false);
  const ended = await Promise.all(writers.map((writer) => runOutputs({ how: 'flood', logging, lines, writer })));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  const all: Line[] = readdirSync(folder).flatMap((name) => readLines(join(folder, name)));
  for (const writer of writers) {
    const numbers = indexes(all.filter((line) => line['writer'] === writer)).map(Number);
    const expected = Array.from({ length: 20 }, () => upTo(lines / 20)).flat();
    expect(numbers.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
  }
});

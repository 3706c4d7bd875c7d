import type { ChildProcess } from 'node:child_process';
import { expect, it } from 'vitest';
import { type EndedProcess, type Line, runOutputs } from './output-process.fixture.ts';

const lines = 40_000;
const bound = 1_000_000;

function flood(policy: string, blockSeconds: number, resumeAfterMs: number): Promise<EndedProcess> {
  const logging = {
    format: 'json',
    throttling: { enabled: false },
    backpressure: { policy, max_buffered_bytes: bound, block_seconds: blockSeconds },
  };
  return runOutputs({ how: 'flood', logging, lines }, (child: ChildProcess) => {
    child.stdout?.pause();
    setTimeout(() => child.stdout?.resume(), resumeAfterMs);
  });
}

const written = (ended: EndedProcess): Line[] => ended.stdout.filter(({ event }) => event === 'line_written');
const dropped = (ended: EndedProcess): Record<string, number> =>
  (ended.stderr.find((line) => 'dropped' in line)?.['dropped'] ?? {}) as Record<string, number>;

/** Numbers start again with every round of the flood. */
function isInOrder(all: readonly Line[]): boolean {
  const rounds = all.filter((line, at) => at > 0 && Number(line['index']) <= Number(all[at - 1]?.['index']));
  return rounds.length < 20;
}

it.each(['drop_new', 'drop_oldest'])(
  'with %s a reader that stands still costs lines, counted, and no time',
  async (policy) => {
    const ended = await flood(policy, 1, 3_000);
    expect(ended.code).toBe(0);
    const kept = written(ended);
    expect(kept.length).toBeLessThan(lines);
    expect(kept.length + (dropped(ended)['buffer_full'] ?? 0)).toBe(lines);
    expect(isInOrder(kept)).toBe(true);
    // The buffer, and what fits into the pipe and the reader's own buffers.
    expect(kept.length * 250).toBeLessThan(bound + 1_000_000);
    expect(ended.stdout.some(({ event }) => event === 'log_lines_dropped')).toBe(true);
  },
);

it('with block a reader that is slow costs time and no line', async () => {
  const ended = await flood('block', 20, 2_000);
  expect(ended.code).toBe(0);
  expect(written(ended)).toHaveLength(lines);
  expect(isInOrder(written(ended))).toBe(true);
  expect(dropped(ended)).toEqual({});
});

it('with block a reader that never comes costs so long for each line, and the program still ends', async () => {
  const logging = {
    format: 'json',
    throttling: { enabled: false },
    backpressure: { policy: 'block', max_buffered_bytes: 65_536, block_seconds: 0.01 },
  };
  const ended = await runOutputs({ how: 'flood', logging, lines: 1_000 }, (child) => {
    child.stdout?.pause();
    child.once('exit', () => child.stdout?.resume());
  });
  expect(ended.code).toBe(0);
  expect(dropped(ended)['buffer_full']).toBeGreaterThan(100);
});

import type { ChildProcess } from 'node:child_process';
import { expect, it } from 'vitest';
import { type EndedProcess, type Line, runOutputs } from './output-process.fixture.ts';

const lines = 40_000;
const bound = 1_000_000;

interface Flood {
  readonly policy: string;
  readonly blockSeconds: number;
  readonly bytes?: number;
  readonly lines?: number;
  /** When the reader, which stands still at first, begins to read. */
  readonly readsOn: 'started' | 'flooded' | 'exit';
}

function flood({ policy, blockSeconds, bytes = bound, lines: count = lines, readsOn }: Flood): Promise<EndedProcess> {
  const logging = {
    format: 'json',
    throttling: { enabled: false },
    backpressure: { policy, max_buffered_bytes: bytes, block_seconds: blockSeconds },
  };
  return runOutputs({ how: 'flood', logging, lines: count }, (child: ChildProcess) => {
    child.stdout?.pause();
    child.on('message', (message) => {
      // Late enough for the writer to have to wait.
      if (message === readsOn) setTimeout(() => child.stdout?.resume(), 200);
    });
    child.once('exit', () => child.stdout?.resume());
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
  'with %s a reader that stands still costs lines, which are counted',
  async (policy) => {
    const ended = await flood({ policy, blockSeconds: 1, readsOn: 'flooded' });
    expect(ended.code).toBe(0);
    const kept = written(ended);
    expect(kept.length).toBeLessThan(lines);
    // The last line of all may be among the lost.
    const last = ended.stdout.some(({ event }) => event === 'telemetry_shutdown') ? 0 : 1;
    expect(kept.length + (dropped(ended)['buffer_full'] ?? 0)).toBe(lines + last);
    expect(isInOrder(kept)).toBe(true);
    // The buffer, and what fits into the pipe and the reader's own buffers.
    expect(kept.length * 250).toBeLessThan(bound + 1_000_000);
    expect(ended.stdout.some(({ event }) => event === 'log_lines_dropped')).toBe(true);
  },
);

it('with block a reader that is slow costs time and no line', async () => {
  const ended = await flood({ policy: 'block', blockSeconds: 20, readsOn: 'started' });
  expect(ended.code).toBe(0);
  expect(written(ended)).toHaveLength(lines);
  expect(isInOrder(written(ended))).toBe(true);
  expect(dropped(ended)).toEqual({});
});

it('with block a reader that never comes costs so long for each line, and the program still ends', async () => {
  const ended = await flood({ policy: 'block', blockSeconds: 0.002, bytes: 65_536, lines: 2_500, readsOn: 'exit' });
  expect(ended.code).toBe(0);
  expect(dropped(ended)['buffer_full']).toBeGreaterThan(100);
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDescriptorSink } from './descriptor-sink.ts';
import type { LogDropReason, LogSink } from './log-sink.ts';

/** A pipe that takes `room` bytes at a time, and errors when told to. */
function createPipe() {
  const pipe = {
    text: '',
    room: Number.POSITIVE_INFINITY,
    error: undefined as string | undefined,
    writes: 0,
    write(bytes: Buffer): number {
      pipe.writes += 1;
      if (pipe.error !== undefined) throw Object.assign(new Error(pipe.error), { code: pipe.error });
      const taken = Math.min(pipe.room, bytes.length);
      if (taken === 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' });
      pipe.text += bytes.subarray(0, taken).toString();
      pipe.room -= taken;
      return taken;
    },
  };
  return pipe;
}

describe('a log sink', () => {
  let pipe = createPipe();
  let drops: [LogDropReason, number][] = [];
  let sink: LogSink;

  const open = (options: { maxBufferedBytes?: number; immediate?: boolean } = {}): LogSink =>
    createDescriptorSink({
      writeChunk: pipe.write,
      onDrop: (reason, lines) => drops.push([reason, lines]),
      ...options,
    });

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
    pipe = createPipe();
    drops = [];
    sink = open();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes what one turn of the event loop brought in one piece', () => {
    sink.write('a');
    sink.write('b');
    expect(pipe.writes).toBe(0);
    vi.runAllTimers();
    expect(pipe).toMatchObject({ text: 'a\nb\n', writes: 1 });
  });

  it('writes at once when asked to', () => {
    open({ immediate: true }).write('a');
    expect(pipe.text).toBe('a\n');
  });

  it('waits for a slow reader without losing or tearing a line', () => {
    pipe.room = 3;
    for (const line of ['first', 'second', 'dritte ü']) sink.write(line);
    vi.advanceTimersByTime(100);
    expect(pipe.text).toBe('fir');
    expect(sink.waiting()).toBe(3);
    sink.write('fourth');
    pipe.room = 1_000;
    vi.advanceTimersByTime(100);
    expect(pipe.text).toBe('first\nsecond\ndritte ü\nfourth\n');
    expect(drops).toEqual([]);
  });

  it('keeps no more than its bound for a dead reader, and counts the rest', () => {
    sink = open({ maxBufferedBytes: 1_000 });
    pipe.room = 0;
    for (let count = 0; count < 100; count += 1) {
      sink.write('x'.repeat(99));
      vi.advanceTimersByTime(10);
    }
    expect(drops).toHaveLength(90);
    expect(drops[0]).toEqual(['buffer_full', 1]);
    expect(sink.waiting()).toBe(10);
  });

  it('survives a closed pipe and counts what it can no longer write', () => {
    pipe.error = 'EPIPE';
    sink.write('a');
    sink.write('b');
    vi.runAllTimers();
    sink.write('c');
    expect(drops).toEqual([
      ['pipe_closed', 2],
      ['pipe_closed', 1],
    ]);
    expect(sink.flushSync(10)).toBe(0);
  });

  it('goes on after a failed write', () => {
    pipe.error = 'ENOSPC';
    sink.write('a');
    vi.runAllTimers();
    pipe.error = undefined;
    sink.write('b');
    vi.runAllTimers();
    expect(drops).toEqual([['write_failed', 1]]);
    expect(pipe.text).toBe('b\n');
  });

  it('writes everything when flushed', () => {
    sink.write('a');
    expect(sink.flushSync(1_000)).toBe(0);
    expect(pipe.text).toBe('a\n');
    vi.runAllTimers();
    expect(pipe.text).toBe('a\n');
  });

  it('gives up flushing to a dead reader after its budget, and says how much is left', async () => {
    vi.useRealTimers();
    pipe.room = 0;
    sink.write('a');
    sink.write('b');
    expect(sink.flushSync(20)).toBe(2);
    expect(await sink.flush(20)).toBe(2);
  });
});

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBufferedSink, type SinkChange } from './buffered-sink.ts';
import { arrivedText, createFakePipe } from './fake-destination.fixture.ts';
import type { Backpressure, LogDropReason, LogSink } from './log-sink.ts';

let pipe = createFakePipe();
let drops: [LogDropReason, number][] = [];
let changes: SinkChange[] = [];
let sink: LogSink;

const open = (options: Partial<Backpressure> & { immediate?: boolean } = {}): LogSink => {
  const { immediate, ...backpressure } = options;
  return createBufferedSink({
    destination: (events) => {
      pipe.events = events;
      return pipe;
    },
    backpressure: { policy: 'drop_new', maxBufferedBytes: 1_000_000, blockMs: 50, ...backpressure },
    reasons: { full: 'buffer_full', failed: 'write_failed' },
    onDrop: (reason, lines) => drops.push([reason, lines]),
    onChange: (change) => changes.push(change),
    immediate,
  });
};

const dropped = (): number => drops.reduce((sum, [, lines]) => sum + lines, 0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] });
  pipe = createFakePipe();
  drops = [];
  changes = [];
  sink = open();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a sink', () => {
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
    expect(arrivedText(pipe)).toBe('first\nsecond\ndritte ü\nfourth\n');
    expect([drops, changes]).toEqual([[], []]);
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
    pipe.onPause = () => undefined;
    sink.write('a');
    sink.write('b');
    expect(sink.flushSync(5)).toBe(2);
    expect(await sink.flush(5)).toBe(2);
  });

  it('takes a destination that takes nothing for a slow one', () => {
    const take = pipe.write;
    pipe.write = () => 0;
    sink.write('a');
    vi.advanceTimersByTime(20);
    pipe.write = take;
    vi.advanceTimersByTime(20);
    expect(pipe.text).toBe('a\n');
  });

  it('tries again at once after an interrupted write', () => {
    const take = pipe.write;
    pipe.write = () => {
      pipe.write = take;
      throw Object.assign(new Error('interrupted'), { code: 'EINTR' });
    };
    sink.write('a');
    expect(sink.flushSync(0)).toBe(0);
    expect([pipe.text, changes]).toEqual(['a\n', []]);
  });
});

describe('a destination that fails', () => {
  it.each(['ENOSPC', 'EIO', 'EDQUOT', 'EROFS'])('with %s costs no line, and is told once', (code) => {
    pipe.error = code;
    sink.write('a');
    vi.advanceTimersByTime(1_000);
    sink.write('b');
    vi.advanceTimersByTime(10_000);
    expect(changes).toMatchObject([{ kind: 'failing', code }]);
    pipe.error = undefined;
    vi.advanceTimersByTime(31_000);
    expect(pipe.text).toBe('a\nb\n');
    expect(drops).toEqual([]);
    expect(changes.slice(1)).toEqual([{ kind: 'recovered', lost: 0 }]);
  });

  it('in the middle of a line goes on in the middle of it', () => {
    pipe.room = 4;
    sink.write('first');
    sink.write('second');
    vi.advanceTimersByTime(1);
    pipe.error = 'ENOSPC';
    vi.advanceTimersByTime(10_000);
    pipe.error = undefined;
    pipe.room = 100;
    vi.advanceTimersByTime(31_000);
    expect(pipe.text).toBe('first\nsecond\n');
  });

  it('is tried less and less often, down to twice a minute', () => {
    pipe.error = 'EIO';
    sink.write('a');
    vi.advanceTimersByTime(60_000);
    const firstMinute = pipe.writes;
    vi.advanceTimersByTime(600_000);
    expect(firstMinute).toBeLessThan(12);
    expect(pipe.writes - firstMinute).toBeLessThanOrEqual(20);
  });

  it('keeps its bound, under the reason of a failure, and says at the end what was lost', () => {
    sink = open({ maxBufferedBytes: 1_000 });
    pipe.error = 'ENOSPC';
    for (let count = 0; count < 30; count += 1) {
      sink.write('x'.repeat(99));
      vi.advanceTimersByTime(1);
    }
    expect(sink.waiting()).toBe(10);
    expect(new Set(drops.map(([reason]) => reason))).toEqual(new Set(['write_failed']));
    pipe.error = undefined;
    vi.advanceTimersByTime(31_000);
    expect(changes.at(-1)).toEqual({ kind: 'recovered', lost: 20 });
  });

  it('is not waited for by `block`, and holds nobody up at the end', () => {
    sink = open({ policy: 'block', maxBufferedBytes: 100, blockMs: 60_000 });
    pipe.error = 'ENOSPC';
    pipe.onPause = () => expect.unreachable();
    for (let count = 0; count < 10; count += 1) {
      sink.write('x'.repeat(49));
      vi.advanceTimersByTime(1);
    }
    expect(dropped()).toBe(8);
    expect(sink.flushSync(60_000)).toBe(2);
  });

  it('may log about itself while it fails', () => {
    const told: string[] = [];
    sink = createBufferedSink({
      destination: () => pipe,
      backpressure: { policy: 'block', maxBufferedBytes: 1_000, blockMs: 10 },
      reasons: { full: 'buffer_full', failed: 'write_failed' },
      onDrop: (reason, lines) => drops.push([reason, lines]),
      onChange(change) {
        told.push(change.kind);
        sink.write(`it is ${change.kind}`);
      },
    });
    pipe.error = 'ENOSPC';
    sink.write('a');
    vi.advanceTimersByTime(100);
    pipe.error = undefined;
    vi.advanceTimersByTime(31_000);
    expect(pipe.text).toBe('a\nit is failing\nit is recovered\n');
    expect(told).toEqual(['failing', 'recovered']);
  });

  it('tells what happens on its own: what it lost, that it broke, that there is room again', () => {
    pipe.events?.lost(3);
    pipe.events?.failed(new Error('gone'));
    sink.write('a');
    vi.advanceTimersByTime(1);
    expect(changes).toMatchObject([{ kind: 'failing', code: 'UNKNOWN' }]);
    vi.advanceTimersByTime(31_000);
    expect(changes.at(-1)).toEqual({ kind: 'recovered', lost: 3 });
    pipe.room = 0;
    sink.write('b');
    vi.advanceTimersByTime(1);
    pipe.room = 10;
    pipe.events?.moved();
    expect(pipe.text).toBe('a\nb\n');
  });
});

describe('a full buffer', () => {
  const fill = (policy: Backpressure['policy']): void => {
    sink = open({ policy, maxBufferedBytes: 1_000 });
    pipe.room = 0;
    for (let count = 0; count < 100; count += 1) {
      sink.write(`${count}`.padEnd(99));
      vi.advanceTimersByTime(10);
    }
  };
  const arrived = (): number[] => {
    pipe.room = Number.POSITIVE_INFINITY;
    vi.advanceTimersByTime(100);
    return pipe.text.trimEnd().split('\n').map(Number);
  };

  it('keeps room for what is urgent with drop_new', () => {
    pipe.room = 0;
    const small = open({ maxBufferedBytes: 800 });
    for (let index = 0; index < 100; index += 1) small.write('nine char', true);
    expect(small.waiting()).toBe(70);
    for (let index = 0; index < 100; index += 1) small.write('WARNING..');
    expect(small.waiting()).toBe(80);
    expect(dropped()).toBe(120);
  });

  it('keeps what came first with drop_new, counts the rest, and says how many were missing', () => {
    fill('drop_new');
    expect(drops).toHaveLength(90);
    expect(drops[0]).toEqual(['buffer_full', 1]);
    expect(changes).toEqual([]);
    expect(arrived()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(changes).toEqual([{ kind: 'caught_up', lost: 90 }]);
  });

  it('keeps what came last with drop_oldest, besides what was being written already', () => {
    fill('drop_oldest');
    expect(drops).toHaveLength(90);
    expect(arrived()).toEqual([0, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  });

  it.each(['drop_new', 'drop_oldest'] as const)(
    'loses nothing with %s while only the program is in a hurry',
    (policy) => {
      sink = open({ policy, maxBufferedBytes: 1_000 });
      for (let count = 0; count < 100; count += 1) sink.write(`${count}`.padEnd(99));
      expect(arrived()).toEqual(Array.from({ length: 100 }, (_, index) => index));
      expect([drops, changes]).toEqual([[], []]);
    },
  );

  it('does not ask a slow reader at every line it drops', () => {
    sink = open({ maxBufferedBytes: 1_000 });
    pipe.room = 0;
    for (let count = 0; count < 1_000; count += 1) sink.write('x'.repeat(99));
    expect([dropped(), pipe.writes]).toEqual([990, 1]);
    vi.advanceTimersByTime(2);
    const { writes } = pipe;
    pipe.room = 100;
    sink.write('y'.repeat(99));
    expect([dropped(), pipe.writes > writes]).toEqual([990, true]);
  });

  it('makes the program wait with block, until the reader reads', () => {
    sink = open({ policy: 'block', maxBufferedBytes: 1_000, blockMs: 1_000 });
    pipe.room = 0;
    let pauses = 0;
    pipe.onPause = () => {
      pauses += 1;
      if (pauses % 5 === 0) pipe.room += 200;
    };
    for (let count = 0; count < 100; count += 1) sink.write(`${count}`.padEnd(99));
    expect(drops).toEqual([]);
    expect(pauses).toBeGreaterThan(100);
    expect(arrived()).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('waits no longer than blockMs for each line', () => {
    sink = open({ policy: 'block', maxBufferedBytes: 1_000, blockMs: 200 });
    pipe.room = 0;
    let waitedMs = 0;
    pipe.onPause = () => {
      waitedMs += 1;
      vi.advanceTimersByTime(1);
    };
    for (let count = 0; count < 12; count += 1) sink.write('x'.repeat(99));
    expect(drops).toEqual([
      ['buffer_full', 1],
      ['buffer_full', 1],
    ]);
    expect(waitedMs).toBe(400);
  });

  it('never takes a line that is larger than itself, and drops no other for it', () => {
    for (const policy of ['drop_new', 'drop_oldest', 'block'] as const) {
      drops = [];
      sink = open({ policy, maxBufferedBytes: 1_000 });
      pipe.room = 0;
      sink.write('small');
      sink.write('x'.repeat(1_000));
      expect([drops, sink.waiting()]).toEqual([[['buffer_full', 1]], 1]);
    }
  });

  it('counts bytes, not characters', () => {
    sink = open({ maxBufferedBytes: 1_000 });
    pipe.room = 0;
    for (let count = 0; count < 10; count += 1) sink.write('語'.repeat(100));
    expect(sink.waiting()).toBe(3);
  });
});

describe('whatever is written and read', () => {
  const line = fc.oneof(fc.string({ maxLength: 40, unit: 'grapheme' }), fc.string({ minLength: 20, maxLength: 300 }));
  const step = fc.oneof(
    { weight: 5, arbitrary: line.map((text) => ({ text: text.replaceAll(/[\r\n]/g, ' ') })) },
    { weight: 2, arbitrary: fc.nat(400).map((room) => ({ room })) },
    { weight: 2, arbitrary: fc.nat(20).map((ms) => ({ ms })) },
    { weight: 1, arbitrary: fc.constantFrom('ENOSPC', 'EIO', 'EINTR', undefined).map((error) => ({ error })) },
  );

  it.each(['drop_new', 'drop_oldest', 'block'] as const)(
    'with %s written + dropped + waiting is what came, in order, whole, within the bound',
    (policy) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 50, max: 1_000 }), (steps, bound) => {
          vi.clearAllTimers();
          pipe = createFakePipe();
          pipe.room = 0;
          drops = [];
          sink = open({ policy, maxBufferedBytes: bound, blockMs: 3 });
          pipe.onPause = () => vi.advanceTimersByTime(1);
          const accepted: string[] = [];
          for (const move of steps) {
            if ('text' in move) {
              accepted.push(`${accepted.length} ${move.text}`);
              sink.write(accepted.at(-1) ?? '');
            } else if ('room' in move) pipe.room += move.room;
            else if ('ms' in move) vi.advanceTimersByTime(move.ms);
            else failWith(move.error);
            const whole = Buffer.from(accepted.map((text) => `${text}\n`).join('')).length;
            expect(sink.waiting()).toBeLessThanOrEqual(Math.min(bound, whole));
            expect(arrivedText(pipe).split('\n').length - 1 + dropped() + sink.waiting()).toBe(accepted.length);
          }
          pipe.error = undefined;
          pipe.room = Number.POSITIVE_INFINITY;
          vi.advanceTimersByTime(31_000);
          expect(sink.waiting()).toBe(0);
          const arrived = arrivedText(pipe).split('\n').slice(0, -1);
          expect(arrived.length + dropped()).toBe(accepted.length);
          const known = new Set(accepted.map((text) => Buffer.from(text).toString()));
          expect(arrived.filter((text) => !known.has(text))).toEqual([]);
          const numbers = arrived.map((text) => Number.parseInt(text, 10));
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }),
        { numRuns: 150 },
      );
    },
  );

  function failWith(error: string | undefined): void {
    if (error !== 'EINTR') {
      pipe.error = error;
      return;
    }
    const take = pipe.write;
    pipe.write = () => {
      pipe.write = take;
      throw Object.assign(new Error('interrupted'), { code: 'EINTR' });
    };
  }
});

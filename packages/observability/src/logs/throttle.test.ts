import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { traceOperation } from '../tracing/operation.ts';
import { getLogger } from './logger.ts';
import { activePipeline, configureLogs } from './pipeline.ts';

describe('throttling of repeats', () => {
  const log = getLogger('shop.orders');
  const startMs = Date.UTC(2026, 0, 1);
  let recorder: Recorder;

  const throttle = (burst: number, windowMs = 10_000): void =>
    configureLogs({
      ...activePipeline.settings,
      throttling: { enabled: true, burst, windowMs },
      now: () => Date.now(),
    });
  const told = () => recorder.lines().filter((line) => 'suppressed_repeats' in line);

  beforeEach(() => {
    vi.useFakeTimers({ now: startMs });
    recorder = createRecorder();
    throttle(3);
  });
  afterEach(() => {
    recorder.close();
    vi.useRealTimers();
  });

  it('writes the first ones at once and says afterwards how many more there were', () => {
    for (let count = 0; count < 10; count += 1) {
      log.warning('disk_slow', { disk: 'a' });
      vi.advanceTimersByTime(100);
    }
    expect(recorder.lines()).toHaveLength(3);
    expect(recorder.metric('log_events_suppressed_total', { reason: 'throttled' })).toBe(7);
    vi.advanceTimersByTime(10_000);
    expect(recorder.lines()).toHaveLength(4);
    expect(recorder.lines()[3]).toMatchObject({
      timestamp: new Date(startMs + 900).toISOString(),
      level: 'WARNING',
      logger: 'shop.orders',
      event: 'disk_slow',
      disk: 'a',
      suppressed_repeats: 7,
      suppressed_since: new Date(startMs + 300).toISOString(),
    });
    recorder.expectMetric('log_events_total', { level: 'WARNING' }, 4);
  });

  it('sets no timer while nothing is held back, and only one then', () => {
    for (let count = 0; count < 3; count += 1) log.info('same');
    expect(vi.getTimerCount()).toBe(0);
    for (let count = 0; count < 5; count += 1) {
      log.info('same');
      log.info('other');
    }
    expect(vi.getTimerCount()).toBe(1);
    vi.runAllTimers();
    expect(told().map(({ event, suppressed_repeats }) => [event, suppressed_repeats])).toEqual([
      ['same', 5],
      ['other', 2],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes as identical what differs in time and ids only', () => {
    const ids = new Set<unknown>();
    for (let count = 0; count < 3; count += 1) {
      log.info('same', { step: 1 });
      traceOperation('work', {}, () => log.info('same', { step: 1 }));
    }
    for (const line of recorder.lines()) ids.add(line['trace_id']);
    expect(recorder.lines()).toHaveLength(3);
    vi.runAllTimers();
    expect(told()).toMatchObject([{ suppressed_repeats: 3, step: 1 }]);
    expect(ids.size).toBeGreaterThan(1);
  });

  it('never holds back what differs in logger, level, event or any field', () => {
    for (let step = 0; step < 20; step += 1) log.info('it_happened', { step });
    expect(recorder.lines()).toHaveLength(20);
    for (let count = 0; count < 3; count += 1) {
      log.info('same');
      log.error('same');
      getLogger('shop').info('same');
      log.info('same_too');
      log.bind({ bound: 1 }).info('same');
    }
    expect(recorder.lines()).toHaveLength(35);
  });

  it('compares errors by what is written of them', () => {
    for (let count = 0; count < 12; count += 1) {
      log.exception('it_failed', new Error(count % 3 === 0 ? 'rare' : 'frequent'));
    }
    const messages = recorder.lines().map((line) => (line['error'] as { message: string }).message);
    expect(messages.filter((message) => message === 'rare')).toHaveLength(3);
    expect(messages.filter((message) => message === 'frequent')).toHaveLength(3);
  });

  it('never holds back CRITICAL', () => {
    for (let count = 0; count < 20; count += 1) log.critical('on_fire');
    expect(recorder.lines()).toHaveLength(20);
  });

  it('begins anew with the next window', () => {
    for (let count = 0; count < 5; count += 1) log.info('same');
    vi.advanceTimersByTime(10_000);
    for (let count = 0; count < 5; count += 1) log.info('same');
    expect(recorder.lines().map((line) => line['suppressed_repeats'])).toEqual([
      ...[undefined, undefined, undefined, 2],
      ...[undefined, undefined, undefined],
    ]);
  });

  it('tells what is held back when lines are flushed, and goes on holding back', async () => {
    for (let count = 0; count < 5; count += 1) log.info('same');
    activePipeline.sink.flushSync(100);
    expect(told()).toMatchObject([{ suppressed_repeats: 2 }]);
    for (let count = 0; count < 4; count += 1) log.info('same');
    await activePipeline.sink.flush(100);
    expect(told()).toMatchObject([{ suppressed_repeats: 2 }, { suppressed_repeats: 4 }]);
    vi.runAllTimers();
    expect(recorder.lines()).toHaveLength(5);
  });

  it('tells before other settings take over, to where the lines went', () => {
    for (let count = 0; count < 5; count += 1) log.info('same');
    throttle(3);
    expect(told()).toMatchObject([{ suppressed_repeats: 2 }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not stopped by a clock that is set back', () => {
    for (let count = 0; count < 4; count += 1) log.info('same');
    vi.setSystemTime(startMs - 3_600_000);
    for (let count = 0; count < 4; count += 1) log.info('same');
    vi.runAllTimers();
    expect(told()).toMatchObject([{ suppressed_repeats: 1 }, { suppressed_repeats: 1 }]);
  });

  it('keeps a field of the caller that is called like its own', () => {
    for (let count = 0; count < 4; count += 1) log.info('same', { suppressed_repeats: 'mine' });
    activePipeline.sink.flushSync(100);
    expect(recorder.lines()[3]).toMatchObject({ suppressed_repeats: 'mine', log_suppressed_repeats: 1 });
  });

  it('forgets rather than grows: thousands of events and long lines all go out', () => {
    for (let index = 0; index < 5_000; index += 1) log.info(`event_${index}`);
    for (let index = 0; index < 300; index += 1) log.info('long', { index, text: 'x'.repeat(10_000) });
    expect(recorder.lines()).toHaveLength(5_300);
    vi.advanceTimersByTime(60_000);
    for (let count = 0; count < 5; count += 1) log.info('same');
    expect(recorder.lines('same')).toHaveLength(3);
  });

  it('notices repeats among thousands of different lines', () => {
    for (let index = 0; index < 3_000; index += 1) log.info('it_happened', { index });
    for (let index = 0; index < 3_000; index += 1) log.info('it_happened', { index: index % 2 === 0 ? -1 : index });
    const repeats = recorder.lines().filter((line) => line['index'] === -1);
    expect(repeats.length).toBeLessThan(500);
    expect(recorder.lines().filter((line) => line['index'] !== -1)).toHaveLength(4_500);
  });

  it('loses and invents nothing, whatever comes in whatever order', () => {
    const call = fc.record({
      event: fc.constantFrom('a', 'b'),
      level: fc.constantFrom('debug' as const, 'error' as const),
      fields: fc.constantFrom(undefined, { x: 1 }, { x: 2 }, { y: 'z' }),
      traced: fc.boolean(),
      thenMs: fc.constantFrom(0, 0, 0, 10, 400),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 120 }), fc.integer({ min: 1, max: 5 }), (calls, burst) => {
        recorder.clear();
        throttle(burst, 500);
        for (const { event, level, fields, traced, thenMs } of calls) {
          if (traced) traceOperation('work', {}, () => log[level](event, fields));
          else log[level](event, fields);
          vi.advanceTimersByTime(thenMs);
        }
        vi.advanceTimersByTime(1_000);
        const count = (of: object): number =>
          recorder
            .lines()
            .filter((line) => JSON.stringify([line.event, line.level, line['x'], line['y']]) === JSON.stringify(of))
            .reduce((sum, line) => sum + Number(line['suppressed_repeats'] ?? 1), 0);
        for (const { event, level, fields } of calls) {
          const values: { x?: number; y?: string } = fields ?? {};
          const same = (other: (typeof calls)[number]) =>
            other.event === event && other.level === level && other.fields === fields;
          expect(count([event, level.toUpperCase(), values.x, values.y])).toBe(calls.filter(same).length);
        }
        const held = recorder.metric('log_events_suppressed_total', { reason: 'throttled' }) ?? 0;
        expect(recorder.lines().length - told().length + held).toBe(calls.length);
      }),
      { numRuns: 60 },
    );
  });
});

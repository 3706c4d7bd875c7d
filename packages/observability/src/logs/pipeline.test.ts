import { context } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { traceOperation } from '../tracing/operation.ts';
import { raiseLogLevel } from './levels/raise-log-level.ts';
import type { LogFields } from './log-record.ts';
import { getLogger } from './logger.ts';
import { activePipeline, configureLogs } from './pipeline.ts';

const log = getLogger('shop');
let recorder: Recorder;
beforeEach(() => {
  recorder = createRecorder();
});
afterEach(() => recorder.close());

const dropped = (reason: string): number => recorder.metric('telemetry_dropped_total', { signal: 'logs', reason }) ?? 0;

function never(): never {
  throw new Error('no');
}

describe('the pipeline never throws and never loses the neighbouring line', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const hostile: Record<string, unknown> = {
    'a revoked proxy': revoked.proxy,
    'a proxy that always throws': new Proxy({}, { ownKeys: never, get: never, getOwnPropertyDescriptor: never }),
    'a getter that throws': Object.defineProperty({}, 'x', { get: never, enumerable: true }),
    'a symbol': Symbol('fields'),
    null: null,
    'a number': 5,
    'a function': () => 1,
    'toJSON that throws': { x: { toJSON: never } },
    'a broken stack': { error: Object.defineProperty(new Error('x'), 'stack', { get: never }) },
    'a sparse array': { x: Object.assign([], { length: 2 ** 32 - 1 }) },
  };

  for (const [name, fields] of Object.entries(hostile)) {
    it(`with ${name} as fields, bound fields and error`, () => {
      log.info('before');
      log.info('hostile', fields as LogFields);
      log.bind(fields as LogFields).info('hostile');
      getLogger('shop', fields as LogFields).info('hostile');
      log.exception('hostile', fields, fields as LogFields);
      log.info('after');
      const written = recorder.lines().map(({ event }) => event);
      expect(written).toEqual(['before', 'hostile', 'hostile', 'hostile', 'hostile', 'after']);
    });
  }

  it('with events and names that are no texts', () => {
    const odd = [Symbol('event'), undefined, null, 5, {}, revoked.proxy] as unknown as string[];
    for (const name of odd.slice(0, -1)) for (const event of odd) getLogger(name).info(event, { step: 1 });
    log.info('after');
    const lost = dropped('encoding_failed');
    expect(recorder.lines()).toHaveLength(31 - lost);
    expect(recorder.lines('after')).toHaveLength(1);
    expect(recorder.lines('Symbol(event)')).toHaveLength(5);
  });

  it('with a sink that throws', () => {
    const { settings } = activePipeline;
    let broken = true;
    const write = (line: string): void => (broken ? never() : settings.sink.write(line));
    configureLogs({ ...settings, sink: { ...settings.sink, write } });
    log.info('lost');
    broken = false;
    log.info('after');
    expect(recorder.lines().map(({ event }) => event)).toEqual(['after']);
    expect(dropped('write_failed')).toBe(1);
  });

  it('with a clock or a source of chance that throws', () => {
    configureLogs({ ...activePipeline.settings, now: never });
    log.info('lost');
    configureLogs({
      ...activePipeline.settings,
      now: Date.now,
      random: never,
      sampling: { enabled: true, rate: 0.5 },
    });
    log.info('lost');
    log.warning('after');
    expect(recorder.lines().map(({ event }) => event)).toEqual(['after']);
    expect(dropped('encoding_failed')).toBe(2);
  });

  it('with a context manager that throws', () => {
    const active = vi.spyOn(context, 'active').mockImplementation(never);
    log.info('without_ids');
    active.mockRestore();
    expect(recorder.lines('without_ids')).toHaveLength(1);
  });

  it('with values that log while they are read', () => {
    const outer = {
      get chatty() {
        log.info('inner', { secret: 'hunter2' });
        return 'done';
      },
      token: 'hunter2',
    };
    log.info('outer', outer);
    const endless = {
      get again() {
        log.info('endless', endless);
        return 1;
      },
    };
    log.info('endless', endless);
    log.info('after');
    expect(recorder.line('inner')).toMatchObject({ secret: '[REDACTED]' });
    expect(recorder.line('outer')).toMatchObject({ chatty: 'done', token: '[REDACTED]' });
    expect(recorder.lines('endless').length + dropped('encoding_failed')).toBe(5);
    expect(recorder.lines('after')).toHaveLength(1);
  });

  it('every record is written or counted, whatever happens', () => {
    const accident = fc.constantFrom('none', 'sink', 'clock');
    const call = fc.record({ fields: fc.anything({ withProxy: true, withNullPrototype: true } as object), accident });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        recorder.clear();
        const { settings } = activePipeline;
        let now = 'none';
        configureLogs({
          ...settings,
          throttling: { enabled: true, burst: 2, windowMs: 10_000 },
          sampling: { enabled: true, rate: 0.7 },
          now: () => (now === 'clock' ? never() : 1),
          sink: { ...settings.sink, write: (line) => (now === 'sink' ? never() : settings.sink.write(line)) },
        });
        for (const { fields, accident: happens } of calls) {
          now = happens;
          log.info('it_happened', fields as LogFields);
        }
        now = 'none';
        const counted = (name: string): number => recorder.metric(name, {}) ?? 0;
        const lost = counted('telemetry_dropped_total') + counted('log_events_suppressed_total');
        expect(recorder.lines().length + lost).toBe(calls.length);
        configureLogs(settings);
      }),
      { numRuns: 50 },
    );
  });
});

describe('levels', () => {
  it('of single loggers hold for loggers made before and after', () => {
    const orders = getLogger('shop.orders');
    configureLogs({ ...activePipeline.settings, level: 'WARNING', loggerLevels: { 'shop.orders': 'DEBUG' } });
    orders.debug('seen');
    orders.bind({ x: 1 }).debug('seen_too');
    log.info('unseen');
    expect(recorder.lines().map(({ event }) => event)).toEqual(['seen', 'seen_too']);
    expect([orders.isEnabled('DEBUG'), log.isEnabled('INFO')]).toEqual([true, false]);
  });

  it('hold for lines written without a logger', () => {
    configureLogs({ ...activePipeline.settings, level: 'WARNING' });
    const record = { logger: 'web', event: 'it_happened', bound: undefined, fields: undefined } as const;
    activePipeline.write({ ...record, level: 'INFO' });
    activePipeline.write({ ...record, level: 'WARNING' });
    activePipeline.write({ ...record, level: 'DEBUG', exempt: 'level' });
    expect(recorder.lines().map(({ level }) => level)).toEqual(['WARNING', 'DEBUG']);
  });
});

describe('two copies of the library', () => {
  it('write through one pipeline, with the same levels, repeats and remembered lines', async () => {
    vi.resetModules();
    const other = {
      ...(await import('./logger.ts')),
      ...(await import('./pipeline.ts')),
      ...(await import('./keep-debug.ts')),
    };
    expect(other.getLogger).not.toBe(getLogger);
    expect(other.activePipeline).toBe(activePipeline);
    const theirs = other.getLogger('shop.theirs');

    configureLogs({
      ...activePipeline.settings,
      level: 'ERROR',
      throttling: { enabled: true, burst: 2, windowMs: 10_000 },
    });
    theirs.info('unseen');
    const revert = raiseLogLevel({ level: 'INFO', logger: 'shop.theirs' });
    theirs.info('raised');
    revert();
    theirs.info('unseen');

    expect(() =>
      other.keepDebugOnFailure(() => {
        log.debug('kept');
        never();
      }),
    ).toThrow('no');
    for (let count = 0; count < 3; count += 1) {
      log.error('same');
      other.getLogger('shop').error('same');
    }
    activePipeline.sink.flushSync(10);
    const written = recorder.lines().filter(({ logger }) => logger.startsWith('shop'));
    expect(written.map((line) => [line.event, line['suppressed_repeats']])).toEqual([
      ['raised', undefined],
      ['kept', undefined],
      ['same', undefined],
      ['same', undefined],
      ['same', 4],
    ]);
  });
});

it('every line inside a span carries its ids, whoever writes it and however deep', async () => {
  const orders = getLogger('shop.orders').bind({ x: 1 });
  await traceOperation('outer', {}, async (outer) => {
    log.info('outer_line');
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        traceOperation('inner', {}, async (inner) => {
          await new Promise((resolve) => setImmediate(resolve));
          orders.info('inner_line', { name, expected: inner.spanId });
          await new Promise((resolve) => setTimeout(resolve, 1));
          orders.exception('inner_error', new Error('x'), { expected: inner.spanId });
        }),
      ),
    );
    for (const line of recorder.lines()) expect(line['trace_id']).toBe(outer.traceId);
  });
  const inner = recorder.lines().filter((line) => 'expected' in line);
  expect(inner).toHaveLength(6);
  for (const line of inner) expect(line['span_id']).toBe(line['expected']);
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { traceOperation } from '../tracing/operation.ts';
import { keepDebugOnFailure } from './keep-debug.ts';
import { getLogger } from './logger.ts';
import { activePipeline, configureLogs, type DebugOnFailure, failOperations } from './pipeline.ts';

const log = getLogger('shop');
const failure = new Error('no');
let recorder: Recorder;
let nowMs = Date.UTC(2026, 0, 1);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const events = (): string[] => recorder.lines().map(({ event }) => event);
const suppressed = (reason: string): number | undefined => recorder.metric('log_events_suppressed_total', { reason });

function remember(settings: Partial<DebugOnFailure>): void {
  const { debugOnFailure } = activePipeline.settings;
  configureLogs({ ...activePipeline.settings, debugOnFailure: { ...debugOnFailure, ...settings }, now: () => nowMs });
}

beforeEach(() => {
  recorder = createRecorder({ level: 'WARNING' });
  remember({ enabled: false, linesPerOperation: 200, operations: 100 });
});
afterEach(() => {
  expect(activePipeline.memory.open).toBe(0);
  recorder.close();
});

describe('keepDebugOnFailure', () => {
  it('writes what was below the level when the operation fails, with the times it was made at, before its failure', async () => {
    const madeAtMs = nowMs;
    const work = async (): Promise<void> => {
      log.debug('step', { number: 1 });
      await turn();
      log.info('step', { number: 2 });
      nowMs += 5_000;
      log.warning('slow');
      throw failure;
    };
    await expect(keepDebugOnFailure(work).catch((error) => log.exception('it_failed', error))).resolves.toBeUndefined();
    expect(events()).toEqual(['slow', 'step', 'step', 'it_failed']);
    expect(recorder.lines('step')).toMatchObject([
      { level: 'DEBUG', number: 1, kept_because: 'operation_failed', timestamp: new Date(madeAtMs).toISOString() },
      { level: 'INFO', number: 2, kept_because: 'operation_failed' },
    ]);
    expect(recorder.line('slow')).not.toHaveProperty('kept_because');
    recorder.expectMetric('log_events_total', { level: 'DEBUG' }, 1);
  });

  it('forgets and counts the lines of a good operation', async () => {
    const work = <T>(result: T): T => {
      log.debug('step');
      return result;
    };
    expect(keepDebugOnFailure(() => work(7))).toBe(7);
    await expect(keepDebugOnFailure(() => work(turn().then(() => 8)))).resolves.toBe(8);
    expect(events()).toEqual([]);
    expect(suppressed('operation_succeeded')).toBe(2);
  });

  it('writes them for an operation that throws, and for one that says it failed', () => {
    expect(() =>
      keepDebugOnFailure(() => {
        log.debug('one');
        throw failure;
      }),
    ).toThrow(failure);
    keepDebugOnFailure((fail) => {
      log.debug('two');
      fail();
    });
    expect(events()).toEqual(['one', 'two']);
  });

  it('waits for whatever can be waited for, and hands back what cannot be asked', async () => {
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: some libraries start their work only when they are awaited
      then(_resolve: unknown, reject: (error: Error) => void): void {
        log.debug('query_sent');
        reject(failure);
      },
    };
    await expect(keepDebugOnFailure(() => query)).rejects.toBe(failure);
    expect(events()).toEqual(['query_sent']);
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(keepDebugOnFailure(() => [revoked.proxy])).toHaveLength(1);
    expect(() => keepDebugOnFailure(() => revoked.proxy)).not.toThrow();
  });

  it('keeps operations at the same time apart', async () => {
    const work = async (name: string, fails: boolean): Promise<void> => {
      for (let step = 0; step < 3; step += 1) {
        log.debug('step', { name });
        await turn();
      }
      if (fails) throw failure;
    };
    const all = ['a', 'b', 'c', 'd'].map((name) => keepDebugOnFailure(() => work(name, name === 'b')));
    await Promise.allSettled(all);
    expect(recorder.lines().map((line) => line['name'])).toEqual(['b', 'b', 'b']);
    expect(suppressed('operation_succeeded')).toBe(9);
  });

  it('inside another operation remembers for itself', () => {
    expect(() =>
      keepDebugOnFailure(() => {
        log.debug('outer');
        try {
          keepDebugOnFailure(() => {
            log.debug('inner');
            throw failure;
          });
        } catch {
          expect(events()).toEqual(['inner']);
        }
        keepDebugOnFailure(() => log.debug('good'));
        throw failure;
      }),
    ).toThrow(failure);
    expect(events()).toEqual(['inner', 'outer']);
  });

  it('keeps the latest lines and says how many went before them', () => {
    remember({ linesPerOperation: 2 });
    keepDebugOnFailure((fail) => {
      for (let step = 0; step < 5; step += 1) log.debug('step', { step });
      fail();
    });
    expect(recorder.lines()).toMatchObject([{ step: 3, earlier_lines_lost: 3 }, { step: 4 }]);
    expect(recorder.lines()[1]).not.toHaveProperty('earlier_lines_lost');
    expect(suppressed('operation_memory_full')).toBe(3);
  });

  it('remembers values as they were, without their secrets', () => {
    const order = { state: 'new', token: 'hunter2', note: 'Bearer abcdefghijklmnop' };
    keepDebugOnFailure((fail) => {
      log.debug('order_read', { order });
      order.state = 'changed';
      fail();
    });
    expect(recorder.line('order_read')['order']).toMatchObject({ state: 'new' });
    expect(JSON.stringify(recorder.lines())).not.toMatch(/hunter2|abcdefghijklmnop/);
    expect(recorder.metric('redactions_total', { sink: 'log' })).toBeGreaterThanOrEqual(2);
  });

  it('leaves loggers at their level afterwards', () => {
    keepDebugOnFailure(() => expect(log.isEnabled('DEBUG')).toBe(true));
    expect(log.isEnabled('DEBUG')).toBe(false);
    const fields = {
      get never() {
        throw new Error('read');
      },
    };
    log.debug('x', fields);
    expect(events()).toEqual([]);
  });

  it('forgets the oldest operation where there are too many', async () => {
    remember({ operations: 2 });
    const ends: (() => void)[] = [];
    const all = ['a', 'b', 'c'].map((name) =>
      keepDebugOnFailure(async (fail) => {
        log.debug('step', { name });
        await new Promise<void>((resolve) => ends.push(resolve));
        log.debug('end', { name });
        fail();
      }),
    );
    for (const end of ends) end();
    await Promise.all(all);
    expect(recorder.lines().map((line) => [line.event, line['name']])).toEqual([
      ['step', 'b'],
      ['end', 'b'],
      ['step', 'c'],
      ['end', 'c'],
    ]);
    expect(suppressed('operation_memory_full')).toBe(1);
  });
});

it('a crash is a failure of everything that runs', async () => {
  const work = keepDebugOnFailure(async () => {
    log.debug('step');
    await turn();
  });
  failOperations();
  expect(recorder.lines()).toMatchObject([{ event: 'step', kept_because: 'operation_failed' }]);
  await work;
  expect(events()).toEqual(['step']);
});

describe('logging.debug_on_failure', () => {
  beforeEach(() => remember({ enabled: true }));

  it('writes the DEBUG lines of a traced operation that failed, with its ids, before whoever catches logs', () => {
    try {
      traceOperation('work', {}, (span) => {
        log.debug('step', { expected_trace: span.traceId });
        traceOperation('inner', {}, () => log.debug('inner_step'));
        throw failure;
      });
    } catch (error) {
      log.exception('it_failed', error);
    }
    expect(events()).toEqual(['step', 'inner_step', 'it_failed']);
    const { trace_id: traceId, expected_trace: expected } = recorder.line('step');
    expect(traceId).toBe(expected);
  });

  it('lets the outermost operation decide: what is handled inside it is forgotten', async () => {
    await traceOperation('work', {}, async () => {
      await traceOperation('attempt', {}, async () => {
        log.debug('attempt');
        await turn();
        throw failure;
      }).catch(() => undefined);
    });
    expect(events()).toEqual([]);
    expect(suppressed('operation_succeeded')).toBe(1);
  });

  it('keeps the lines of an operation that only says it failed', () => {
    traceOperation('work', {}, (span) => {
      log.debug('step');
      span.fail(failure);
    });
    expect(events()).toEqual(['step']);
  });

  it('remembers nothing outside operations and nothing while it is disabled', () => {
    log.debug('outside');
    remember({ enabled: false });
    expect(() =>
      traceOperation('work', {}, () => {
        log.debug('unseen');
        throw failure;
      }),
    ).toThrow(failure);
    expect(events()).toEqual([]);
    expect(log.isEnabled('DEBUG')).toBe(false);
  });

  it('ends what began before it was disabled', () => {
    expect(() =>
      traceOperation('work', {}, () => {
        log.debug('step');
        remember({ enabled: false });
        throw failure;
      }),
    ).toThrow(failure);
    expect(events()).toEqual(['step']);
  });
});

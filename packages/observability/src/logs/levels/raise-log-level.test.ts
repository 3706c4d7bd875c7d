import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder, type Recorder } from '../../testing/recorder.ts';
import { getTraceId, traceOperation } from '../../tracing/operation.ts';
import type { LogLevel } from '../level.ts';
import { getLogger } from '../logger.ts';
import { activePipeline, configureLogs } from '../pipeline.ts';
import { raiseLogLevel } from './raise-log-level.ts';

describe('a raised level', () => {
  let recorder: Recorder;
  const reverts: (() => void)[] = [];
  const raise: typeof raiseLogLevel = (asked) => {
    const revert = raiseLogLevel(asked);
    reverts.push(revert);
    return revert;
  };
  const events = (): string[] =>
    recorder
      .lines()
      .map(({ event }) => event)
      .filter((event) => !event.startsWith('log_level'));

  beforeEach(() => {
    recorder = createRecorder({ level: 'WARNING' });
    vi.useFakeTimers();
  });
  afterEach(() => {
    for (const revert of reverts.splice(0)) revert();
    vi.useRealTimers();
    recorder.close();
  });

  it('covers one logger and those below it, and falls back by itself', () => {
    const log = getLogger('shop.orders');
    log.debug('before');
    raise({ level: 'DEBUG', logger: 'shop', forMs: 60_000, reason: 'late orders' });
    log.debug('during');
    getLogger('shopping').error('error_elsewhere');
    getLogger('shopping').info('elsewhere');
    expect(log.isEnabled('DEBUG')).toBe(true);
    vi.advanceTimersByTime(59_999);
    log.info('still_during');
    vi.advanceTimersByTime(1);
    log.debug('after');
    expect(log.isEnabled('DEBUG')).toBe(false);
    expect(events()).toEqual(['during', 'error_elsewhere', 'still_during']);
  });

  it('says once that it is raised and once that it fell back, whatever the level', () => {
    configureLogs({ ...activePipeline.settings, level: 'CRITICAL', sampling: { enabled: true, rate: 0 } });
    raise({ level: 'DEBUG', logger: 'shop', forMs: 60_000, reason: 'late orders' });
    vi.advanceTimersByTime(600_000);
    const told = { raised_to: 'DEBUG', for_logger: 'shop', reason: 'late orders', level: 'INFO' };
    expect(recorder.lines()).toMatchObject([
      { ...told, event: 'log_level_raised', duration_seconds: 60 },
      { ...told, event: 'log_level_restored', cause: 'expired' },
    ]);
  });

  it('can be taken back before its time, once', () => {
    const log = getLogger('shop');
    const revert = raise({ level: 'DEBUG' });
    log.debug('during');
    revert();
    revert();
    log.debug('after');
    vi.advanceTimersByTime(86_400_000);
    expect(events()).toEqual(['during']);
    expect(recorder.lines('log_level_restored')).toMatchObject([{ cause: 'reverted' }]);
  });

  it('holds beside others, the most talkative winning', () => {
    const log = getLogger('shop.orders');
    raise({ level: 'INFO', forMs: 30_000 });
    raise({ level: 'DEBUG', logger: 'shop', forMs: 10_000 });
    raise({ level: 'ERROR', logger: 'shop.orders', forMs: 60_000 });
    log.debug('first');
    vi.advanceTimersByTime(10_000);
    log.debug('unseen');
    log.info('second');
    vi.advanceTimersByTime(20_000);
    log.info('unseen');
    log.warning('third');
    expect(events()).toEqual(['first', 'second', 'third']);
  });

  it('covers one trace', () => {
    const log = getLogger('shop');
    traceOperation('one', {}, () => {
      raise({ level: 'DEBUG', traceId: getTraceId() });
      log.debug('in_trace');
      expect(log.isEnabled('DEBUG')).toBe(true);
      traceOperation('inner', {}, () => log.debug('deeper_in_trace'));
    });
    traceOperation('other', {}, () => log.debug('in_other_trace'));
    log.info('outside');
    expect(log.isEnabled('DEBUG')).toBe(false);
    expect(events()).toEqual(['in_trace', 'deeper_in_trace']);
  });

  it('covers lines with certain fields, bound or given', () => {
    const log = getLogger('shop');
    raise({ level: 'DEBUG', fields: { order_id: 17 } });
    log.bind({ order_id: '17' }).debug('bound', { step: 1 });
    log.debug('given', { order_id: 17 });
    log.bind({ order_id: 17 }).debug('given_wins', { order_id: 18 });
    log.debug('other', { order_id: 18 });
    log.debug('without');
    log.debug('unreadable', {
      get order_id(): never {
        throw new Error('no');
      },
    });
    expect(events()).toEqual(['bound', 'given']);
  });

  it('is not sampled', () => {
    configureLogs({ ...activePipeline.settings, sampling: { enabled: true, rate: 0 } });
    raise({ level: 'INFO', logger: 'shop' });
    getLogger('shop').info('asked_for');
    expect(events()).toEqual(['asked_for']);
  });

  it('outlives a change of the settings', () => {
    raise({ level: 'DEBUG', forMs: 60_000 });
    configureLogs({ ...activePipeline.settings, level: 'ERROR' });
    getLogger('shop').debug('during');
    vi.advanceTimersByTime(60_000);
    getLogger('shop').warning('after');
    expect(events()).toEqual(['during']);
  });

  it('lasts ten minutes unless told otherwise, and never longer than a day', () => {
    const log = getLogger('shop');
    for (const [forMs, lasts] of [
      [undefined, 600_000],
      [Number.NaN, 600_000],
      [-1, 600_000],
      [Number.POSITIVE_INFINITY, 86_400_000],
      [1e12, 86_400_000],
    ] as const) {
      raise({ level: 'DEBUG', forMs });
      vi.advanceTimersByTime(lasts - 1);
      expect(log.isEnabled('DEBUG')).toBe(true);
      vi.advanceTimersByTime(1);
      expect(log.isEnabled('DEBUG')).toBe(false);
    }
  });

  it('that makes no sense changes nothing and says so', () => {
    raise({ level: 'verbose' as LogLevel })();
    const revoked = Proxy.revocable({ level: 'DEBUG' as const }, {});
    revoked.revoke();
    raise(revoked.proxy)();
    raise(undefined as never)();
    for (let count = 0; count < 100; count += 1) raise({ level: 'DEBUG' });
    raise({ level: 'DEBUG' });
    expect(recorder.lines('log_level_not_raised').map(({ reason }) => reason)).toEqual([
      'expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL, came "verbose"',
      'its description cannot be read',
      'its description cannot be read',
      'too many levels are raised at the same time',
    ]);
  });

  it('leaves no timer that keeps the process alive', () => {
    vi.useRealTimers();
    const before = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    raise({ level: 'DEBUG' });
    expect(process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout')).toHaveLength(before);
  });
});

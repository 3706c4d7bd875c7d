import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SourceError, type SourceErrorKind } from '../source-error.ts';
import type { BreakerState } from '../sources.ts';
import { createBreaker } from './breaker.ts';
import { NotAskedError } from './call.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const failure = (kind: SourceErrorKind, retryAfterMs?: number): SourceError =>
  new SourceError({
    source: 's',
    endpoint: 'e',
    kind,
    detail: 'd',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

function setUp() {
  const states: BreakerState[] = [];
  const breaker = createBreaker({ failures: 5, openMs: 30_000, onChange: (state) => states.push(state) });
  const meet = (error: Error): Promise<unknown> =>
    breaker.run(() => Promise.reject(error)).catch((met: unknown) => met);
  const succeed = (): Promise<unknown> => breaker.run(() => Promise.resolve('ok')).catch((met: unknown) => met);
  const isOpenAfter = async (ms: number): Promise<boolean> => {
    vi.setSystemTime(Date.now() + ms);
    const met = await succeed();
    return met instanceof NotAskedError && met.reason === 'breaker_open';
  };
  return { breaker, states, meet, succeed, isOpenAfter };
}

describe('a breaker', () => {
  it.each<SourceErrorKind>(['not_found', 'rate_limited', 'plan', 'bad_request', 'partial'])(
    'does not count %s',
    async (kind) => {
      const { breaker, meet } = setUp();
      for (let met = 0; met < 20; met++) await meet(failure(kind));
      expect(breaker.state()).toBe('closed');
    },
  );

  it.each<[SourceErrorKind, number]>([
    ['server', 5],
    ['network', 5],
    ['schema', 3],
    ['auth', 1],
    ['blocked', 1],
    ['quota_exhausted', 1],
  ])('opens on %s after %i in a row', async (kind, times) => {
    const { breaker, meet } = setUp();
    for (let met = 1; met < times; met++) await meet(failure(kind));
    expect(breaker.state()).toBe('closed');
    await meet(failure(kind));
    expect(breaker.state()).toBe('open');
  });

  it('forgets failures when a call succeeds', async () => {
    const { breaker, meet, succeed } = setUp();
    for (let met = 0; met < 4; met++) await meet(failure('server'));
    await succeed();
    for (let met = 0; met < 4; met++) await meet(failure('server'));
    expect(breaker.state()).toBe('closed');
  });

  it('tries again after its time, and closes when that goes well', async () => {
    const { states, meet, succeed, isOpenAfter } = setUp();
    for (let met = 0; met < 5; met++) await meet(failure('server'));
    expect(await isOpenAfter(29_000)).toBe(true);
    vi.setSystemTime(Date.now() + 1_000);
    expect(await succeed()).toBe('ok');
    expect(states).toEqual(['open', 'half_open', 'closed']);
  });

  it('stays open twice as long after a trial that fails', async () => {
    const { meet, isOpenAfter, breaker } = setUp();
    for (let met = 0; met < 5; met++) await meet(failure('server'));
    vi.setSystemTime(Date.now() + 30_000);
    await meet(failure('network'));
    expect(breaker.state()).toBe('open');
    expect(await isOpenAfter(59_000)).toBe(true);
    expect(await isOpenAfter(1_000)).toBe(false);
  });

  it('does not take a trial nobody waited for as a success', async () => {
    const { meet, breaker } = setUp();
    for (let met = 0; met < 5; met++) await meet(failure('server'));
    vi.setSystemTime(Date.now() + 30_000);
    await meet(new NotAskedError('deadline', 'gave up'));
    expect(breaker.state()).toBe('open');
  });

  it('stays open for good on a refused key, an hour when blocked, until the reset of a quota', async () => {
    const hourMs = 3_600_000;
    const auth = setUp();
    await auth.meet(failure('auth'));
    expect(await auth.isOpenAfter(1_000 * hourMs)).toBe(true);
    const blocked = setUp();
    await blocked.meet(failure('blocked'));
    expect(await blocked.isOpenAfter(hourMs - 1)).toBe(true);
    expect(await blocked.isOpenAfter(1)).toBe(false);
    const quota = setUp();
    await quota.meet(failure('quota_exhausted', 5 * 60_000));
    expect(await quota.isOpenAfter(5 * 60_000 - 1)).toBe(true);
    expect(await quota.isOpenAfter(1)).toBe(false);
  });

  it('stays open for its usual time on a used-up quota whose reset is said to be now', async () => {
    const { meet, isOpenAfter } = setUp();
    await meet(failure('quota_exhausted', 0));
    expect(await isOpenAfter(29_999)).toBe(true);
    expect(await isOpenAfter(1)).toBe(false);
  });

  it('says what opened it', async () => {
    const { meet, succeed } = setUp();
    await meet(failure('auth'));
    expect(await succeed()).toMatchObject({ reason: 'breaker_open', message: expect.stringContaining('auth: d') });
  });
});

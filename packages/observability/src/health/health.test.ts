import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CheckResult, createHealth } from './health.ts';

describe('health', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is ok without checks', async () => {
    expect(await createHealth().report()).toEqual({ status: 'ok', checks: {} });
  });

  it('is as bad as its worst part, which says why', async () => {
    const health = createHealth();
    health.register('store', () => ({ status: 'ok' }));
    health.register('queue', async () => ({ status: 'degraded', cause: '40 jobs wait' }));
    expect(await health.report()).toMatchObject({ status: 'degraded', checks: { queue: { cause: '40 jobs wait' } } });
    health.register('sources', () => Promise.reject(new Error('no network')));
    expect(await health.report()).toMatchObject({
      status: 'down',
      checks: { store: { status: 'ok' }, sources: { status: 'down', cause: 'no network' } },
    });
  });

  it('keeps secrets out of causes', async () => {
    const health = createHealth();
    health.register('store', () => Promise.reject(new Error('postgres://app:hunter2@db refused')));
    health.register('queue', () => ({ status: 'degraded', cause: 'token=hunter2 expired' }));
    expect(await health.report()).toMatchObject({
      checks: {
        store: { cause: 'postgres://[REDACTED]@db refused' },
        queue: { cause: 'token=[REDACTED] expired' },
      },
    });
  });

  it.each([undefined, null, {}, { status: 'fine' }])('takes the answer %j for none', async (answer) => {
    const health = createHealth();
    health.register('store', () => answer as unknown as CheckResult);
    expect(await health.report()).toMatchObject({
      status: 'down',
      checks: { store: { status: 'down', cause: 'the check gave neither ok nor degraded nor down' } },
    });
  });

  it('survives anything a check rejects with', async () => {
    const health = createHealth();
    health.register('store', () => Promise.reject(Object.create(null)));
    expect(await health.report()).toMatchObject({ status: 'down' });
  });

  it('is only degraded when a part that is not essential is down', async () => {
    const health = createHealth();
    health.register('exporters', () => ({ status: 'down' }), { essential: false });
    expect(await health.report()).toMatchObject({ status: 'degraded', checks: { exporters: { status: 'down' } } });
  });

  it('does not wait longer than the timeout, and asks a hanging part only once', async () => {
    const health = createHealth({ timeoutMs: 500 });
    let asked = 0;
    let answer: (result: CheckResult) => void = () => undefined;
    health.register('slow', () => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    for (let round = 0; round < 3; round += 1) {
      const report = health.report();
      await vi.advanceTimersByTimeAsync(500);
      expect(await report).toMatchObject({ status: 'down', checks: { slow: { cause: 'no answer within 500 ms' } } });
    }
    expect(asked).toBe(1);
    answer({ status: 'ok' });
    expect(await health.report()).toMatchObject({ status: 'ok' });
  });

  it('gives a young answer again and tells its age', async () => {
    let asked = 0;
    const health = createHealth();
    health.register('store', () => {
      asked += 1;
      return { status: 'ok' };
    });
    await health.report();
    await vi.advanceTimersByTimeAsync(900);
    expect(await health.report()).toMatchObject({ checks: { store: { age_seconds: 0.9 } } });
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(await health.report()).toMatchObject({ checks: { store: { age_seconds: 0 } } });
    expect(asked).toBe(2);
  });

  it('counts only the wanted checks, and those still registered', async () => {
    const health = createHealth({ checks: ['store'] });
    const remove = health.register('store', () => ({ status: 'degraded' }));
    health.register('queue', () => ({ status: 'down' }));
    expect(await health.report()).toMatchObject({ status: 'degraded' });
    remove();
    expect(await health.report()).toEqual({ status: 'ok', checks: {} });
  });
});

import { defaultRegistry } from '@autotrader/observability';
import { createRecorder } from '@autotrader/observability/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nowMs } from '../testing/samples.ts';
import { observeStore } from './observed-store.ts';
import { openStore } from './open-store.ts';
import type { StoredFeature } from './scan-store.ts';
import { StoreError } from './store-error.ts';

const feature: StoredFeature = {
  scanId: 's',
  symbol: 'AAA',
  name: 'liquidity_depth',
  value: 0.5,
  observedAtMs: nowMs,
};

function operations(operation: string, status: string): number {
  return defaultRegistry().value('feature_store_operations_total', { operation, status }) ?? 0;
}

describe('an observed store', () => {
  beforeEach(() => defaultRegistry().reset());
  afterEach(() => vi.useRealTimers());

  it('times and counts a write', async () => {
    const store = await openStore({ url: 'sqlite::memory:' });
    await store.writeFeature(feature);
    expect(defaultRegistry().value('feature_write_duration_seconds_count', { feature_name: 'liquidity_depth' })).toBe(
      1,
    );
    expect(operations('write', 'success')).toBe(1);
    await store.close();
  });

  it.each([
    { value: 1.5 },
    { value: -0.1 },
    { value: Number.NaN },
    { observedAtMs: Number.NaN },
    { scanId: '' },
    { symbol: '' },
  ])('refuses %j, counts the failure and stores nothing', async (changes) => {
    const store = await openStore({ url: 'sqlite::memory:' });
    await expect(store.writeFeature({ ...feature, ...changes })).rejects.toMatchObject({
      code: 'STORE_FEATURE_INVALID',
    });
    expect(operations('write', 'failure')).toBe(1);
    expect(
      defaultRegistry().value('feature_write_duration_seconds_count', { feature_name: 'liquidity_depth' }),
    ).toBeFalsy();
    expect(await store.featureCounts()).toEqual({});
    await store.close();
  });

  it('shows its size from the start, then once a minute', async () => {
    vi.useFakeTimers();
    const store = await openStore({ url: 'sqlite::memory:' });
    expect(defaultRegistry().value('feature_store_size', { category: 'market' })).toBe(0);
    await store.writeFeature(feature);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(defaultRegistry().value('feature_store_size', { category: 'market' })).toBe(1);
    await store.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts a failed read and keeps running when the size cannot be told', async () => {
    const recorder = createRecorder();
    const inner = await openStore({ url: 'sqlite::memory:' });
    const broken = new StoreError({ kind: 'failed', path: 'x', detail: 'gone' });
    const store = observeStore({
      ...inner,
      lastFeature: () => Promise.reject(broken),
      featureCounts: () => Promise.reject(broken),
    });
    await expect(store.lastFeature('AAA', 'liquidity_depth')).rejects.toBe(broken);
    await expect(store.refreshSize()).resolves.toBeUndefined();
    expect(operations('read', 'failure')).toBe(1);
    expect(operations('count', 'failure')).toBe(1);
    expect(recorder.line('feature_store_size_unknown').level).toBe('ERROR');
    recorder.close();
    await store.close();
  });
});

import { openStore, type ScanStore } from '@autotrader/scanner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atMs, eth, link, scoredScan, uni } from '../testing/scan-fixtures.ts';
import { createScanQueue, type ScanQueue } from './scan-queue.ts';

let store: ScanStore;
let queue: ScanQueue;
let rings: number;

beforeEach(async () => {
  store = await openStore({ url: 'sqlite::memory:' });
  let ids = 0;
  rings = 0;
  queue = createScanQueue({
    store,
    now: () => atMs,
    createId: () => {
      ids += 1;
      return `scan-${ids}`;
    },
    onQueued: () => {
      rings += 1;
    },
  });
});

afterEach(() => store.close());

describe('the queue', () => {
  it('asks for each token once and wakes the worker', async () => {
    expect(await queue.request([uni, eth], null)).toEqual([
      { id: 'scan-1', symbol: 'UNI', joined: false },
      { id: 'scan-2', symbol: 'ETH', joined: false },
    ]);
    expect(rings).toBe(1);
    expect(await store.depth()).toMatchObject({ queued: 2 });
  });

  it('names the scan under way instead of making a second one, queued or running', async () => {
    await queue.request([uni, eth], null);
    await store.claim('worker', atMs, 60_000);
    const again = await queue.request([uni, eth, link], null);
    expect(again.map(({ id, joined }) => [id, joined])).toEqual([
      ['scan-1', true],
      ['scan-2', true],
      ['scan-3', false],
    ]);
    expect([...(await queue.waiting())].map(([symbol, { state }]) => [symbol, state]).toSorted()).toEqual([
      ['ETH', 'queued'],
      ['LINK', 'queued'],
      ['UNI', 'running'],
    ]);
  });

  it('stays as long as the watchlist when a hundred ask at once', async () => {
    await Promise.all(Array.from({ length: 100 }, () => queue.request([uni, eth], null)));
    expect(await store.depth()).toMatchObject({ queued: 2 });
  });

  it('asks anew once a scan has ended', async () => {
    const [first] = await queue.request([uni], null);
    await store.complete(scoredScan({ id: first?.id ?? '' }));
    expect(await queue.request([uni], null)).toEqual([{ id: 'scan-2', symbol: 'UNI', joined: false }]);
  });

  it('goes on after a request that failed', async () => {
    const failing = createScanQueue({
      store: { ...store, enqueue: () => Promise.reject(new Error('disk full')) },
      now: () => atMs,
      createId: () => 'x',
    });
    await expect(failing.request([uni], null)).rejects.toThrow('disk full');
    await expect(failing.request([], null)).resolves.toEqual([]);
  });

  it('hands the trace of whoever asked to the worker', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await queue.request([uni], traceparent);
    expect(await store.claim('worker', atMs, 60_000)).toMatchObject({ traceparent });
  });
});

import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import { openStore } from '@autotrader/scanner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Market } from '../market/market.ts';
import { openMarket } from '../market/open-market.ts';
import type { Settings } from '../settings/settings.ts';
import { testSettings } from '../testing/test-settings.ts';
import { runScan } from './run-scan.ts';

let recorder: Recorder;
let market: Market;
let settings: Settings;

beforeEach(async () => {
  recorder = createRecorder();
  settings = await testSettings();
  market = await openMarket({ settings });
});

afterEach(async () => {
  await market.close();
  recorder.close();
});

describe('a scan of a list', () => {
  it('gives a result for each token in the order asked, and tells of each as it ends', async () => {
    const tokens = market.watchlist.toReversed();
    const seen: [number, number][] = [];
    const results = await runScan({
      settings,
      market,
      tokens,
      onProgress: ({ done, total }) => seen.push([done, total]),
    });
    expect(results.map(({ token }) => token.symbol)).toEqual(tokens.map(({ symbol }) => symbol));
    expect(results.every(({ status }) => status === 'success')).toBe(true);
    expect(seen).toEqual(tokens.map((_token, index) => [index + 1, tokens.length]));
  });

  it('keeps results where it is given a store', async () => {
    const store = await openStore({ url: 'sqlite::memory:' });
    try {
      await runScan({ settings, market, tokens: market.watchlist.slice(0, 2), store });
      expect(await store.latest()).toHaveLength(2);
    } finally {
      await store.close();
    }
  });

  it('leaves out what had not ended when it is aborted', async () => {
    const abort = new AbortController();
    const results = await runScan({
      settings,
      market,
      tokens: market.watchlist,
      concurrency: 1,
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done === 2) abort.abort();
      },
    });
    expect(results.map(({ token }) => token.symbol)).toEqual(market.watchlist.slice(0, 2).map(({ symbol }) => symbol));
  });

  it('ends with a clear failure for each token when no host can be reached', async () => {
    const nowhere = Object.fromEntries(
      Object.entries(market.sourceSettings).map(([name, source]) => [
        name,
        { ...source, baseUrl: 'http://127.0.0.1:9' },
      ]),
    ) as Market['sourceSettings'];
    const results = await runScan({
      settings,
      market: { ...market, sourceSettings: nowhere },
      tokens: market.watchlist.slice(0, 2),
    });
    for (const result of results) {
      expect(result.status).not.toBe('success');
      expect(result.missing.length).toBeGreaterThan(0);
    }
  });
});

import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import { sourceNames } from '@autotrader/sources';
import { sharedFolder } from '@autotrader/sources/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runScan } from '../scan/run-scan.ts';
import { testSettings } from '../testing/test-settings.ts';
import { toScanView } from '../views/scan-view.ts';
import type { Market } from './market.ts';
import { openMarket } from './open-market.ts';

let recorder: Recorder;
let opened: Market[];

beforeEach(() => {
  recorder = createRecorder();
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((market) => market.close()));
  recorder.close();
});

async function open(overrides: Parameters<typeof testSettings>[0]): Promise<Market> {
  const market = await openMarket({ settings: await testSettings(overrides) });
  opened.push(market);
  return market;
}

describe('the simulated market', () => {
  it('stands in for every source, and the real hosts are not named', async () => {
    const market = await open({});
    expect(market.watchlist).toHaveLength(10);
    for (const name of sourceNames) expect(market.sourceSettings[name].baseUrl).toBe(`${market.url}/${name}`);
  });

  it('has the tokens of its seed', async () => {
    const symbols = async (seed: number) => (await open({ seed })).watchlist.map(({ symbol }) => symbol);
    expect(await symbols(3)).toEqual(await symbols(3));
    expect(await symbols(3)).not.toEqual(await symbols(4));
  });

  it('in another process tells its seed itself', async () => {
    const other = await open({ seed: 5 });
    const market = await open({ simulatorUrl: other.url ?? '' });
    expect(market.watchlist).toEqual(other.watchlist);
    expect(market.sourceSettings.goplus.baseUrl).toBe(other.sourceSettings.goplus.baseUrl);
  });

  it('never gets a key that is meant for a real host', async () => {
    const settings = await testSettings();
    const coingecko = { ...settings.sources.coingecko, apiKey: 'secret' };
    const market = await openMarket({ settings: { ...settings, sources: { ...settings.sources, coingecko } } });
    opened.push(market);
    expect(JSON.stringify(market.sourceSettings)).not.toContain('secret');
  });
});

describe('the live market', () => {
  it('names the real hosts and takes its tokens from a file', async () => {
    const watchlistFile = new URL('../../../../configs/watchlist.yaml', import.meta.url).pathname;
    const market = await open({ market: 'live', watchlistFile });
    expect(market.watchlist.map(({ symbol }) => symbol)).toContain('UNI');
    expect(market.sourceSettings.dexscreener.baseUrl).toBe('https://api.dexscreener.com');
    expect(market.url).toBeNull();
  });

  it('without a file is refused', async () => {
    await expect(open({ market: 'live', watchlistFile: '/none.yaml' })).rejects.toMatchObject({
      code: 'SRV_WATCHLIST_MISSING',
    });
  });
});

const recordings = sharedFolder('recorded');

describe.skipIf(recordings === null)('a replay (skipped without the folder of recorded replies)', () => {
  it('gives the same results twice', async () => {
    const once = async () => {
      const settings = await testSettings({ market: 'replay', recordings: recordings ?? '' });
      const market = await openMarket({ settings });
      opened.push(market);
      const results = await runScan({ settings, market, tokens: market.watchlist });
      return results.map(toScanView).map(({ trace_id: _trace, calls: _calls, ...view }) => view);
    };
    const first = await once();
    expect(first.filter(({ status }) => status === 'success').length).toBe(first.length);
    expect(first.length).toBeGreaterThan(0);
    expect(await once()).toEqual(first);
  });
});

import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import type { AskedCall, SourceReport } from '@autotrader/sources';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rescore } from './rescore.ts';
import type { ScanResult, ScoredScan } from './scan-result.ts';
import { createScanner, type ScannerOptions } from './scanner.ts';
import { openStore } from './store/open-store.ts';
import type { ScanStore } from './store/scan-store.ts';
import { type Answer, sampleSources } from './testing/sample-sources.ts';
import { answeredCall, evmToken, fresh, hourMs, listedAs, nowMs, reportOf } from './testing/samples.ts';

let nextId = 0;
let clockMs = nowMs;

function scannerWith(changes: Partial<ScannerOptions> = {}) {
  return createScanner({
    sources: sampleSources(),
    now: () => clockMs,
    createId: () => `scan-${nextId++}`,
    deadlineMs: 5_000,
    ...changes,
  });
}

function scored(result: ScanResult): ScoredScan {
  if (result.status !== 'success') throw new TypeError(`scan failed: ${result.error.message}`);
  return result;
}

function refusing(outcome: AskedCall['outcome'], detail?: string): Answer {
  return () => {
    const calls = [{ ...answeredCall('x'), outcome, ...(detail === undefined ? {} : { detail }) }];
    return reportOf('x', { calls });
  };
}

const never: Answer = () => new Promise<SourceReport>(() => {});
const allOf = (answer: Answer) => sampleSources({ coingecko: answer, dexscreener: answer, goplus: answer });

let recorder: Recorder;
let store: ScanStore;

beforeEach(async () => {
  nextId = 0;
  clockMs = nowMs;
  store = await openStore({ url: 'sqlite::memory:' });
  recorder = createRecorder();
});

afterEach(async () => {
  recorder.close();
  vi.useRealTimers();
  await store.close();
});

describe('a scan', () => {
  it('of a token without fault finds a gem, stores it, and can be re-scored bit for bit from the store', async () => {
    const result = scored(await scannerWith({ store }).scan(evmToken));
    expect(result).toMatchObject({ id: 'scan-0', verdict: 'gem', safety: 'assessed', missing: [], issues: [] });
    const kept = await store.get('scan-0');
    expect(JSON.stringify(kept?.result)).toBe(JSON.stringify(result));
    expect(JSON.stringify(rescore(scored(kept?.result ?? result)))).toBe(JSON.stringify(result));
    expect(await store.featureCounts()).toEqual({ market: 3, narrative: 2, fundamentals: 1, safety: 1, community: 1 });
  });

  it('takes the id it is given', async () => {
    expect((await scannerWith().scan(evmToken, { id: 'mine' })).id).toBe('mine');
  });

  it('asks all sources at the same time and gives each the same deadline, with a reserve for itself', async () => {
    const asked: number[] = [];
    let release = (): void => {};
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    const answer: Answer = async (_, { deadlineAtMs }) => {
      if (asked.push(deadlineAtMs - nowMs) === 3) release();
      await all;
      return reportOf('x', { quantities: { price_usd: fresh(1) } });
    };
    await scannerWith({ sources: allOf(answer) }).scan(evmToken);
    expect(asked).toEqual([4_500, 4_500, 4_500]);
  });

  it('succeeds with whatever sources answered, and says what was missing and why', async () => {
    const sources = sampleSources({ coingecko: refusing('blocked'), goplus: refusing('rate_limited', 'code 4029') });
    const result = scored(await scannerWith({ sources }).scan(evmToken));
    expect(result.verdict).toBe('insufficient_data');
    expect(result.missing).toEqual([
      'x sample: blocked: it blocks requests from this network',
      'x sample: rate_limited: its request limit was reached (code 4029)',
    ]);
  });

  it('loses nothing but that source when one throws, although it promised not to', async () => {
    const sources = sampleSources({
      goplus: () => {
        throw new Error('boom');
      },
    });
    const result = scored(await scannerWith({ sources }).scan(evmToken));
    expect(result.missing).toEqual(['goplus collect: not_asked: it was not asked (it failed unexpectedly: boom)']);
    expect(result.safety).toBe('unknown');
  });

  it('loses nothing but that source when one ignores the deadline', async () => {
    vi.useFakeTimers();
    const scanning = scannerWith({ sources: sampleSources({ coingecko: never }) }).scan(evmToken);
    await vi.advanceTimersByTimeAsync(4_500);
    const result = scored(await scanning);
    expect(result.missing).toEqual([
      'coingecko collect: deadline: the scan had no time left for it (it did not answer before the deadline)',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows dropped values as missing and as issues', async () => {
    const sources = sampleSources({
      dexscreener: () => reportOf('dexscreener', { quantities: { price_usd: fresh(-2), holders: fresh(5) } }),
    });
    const result = scored(await scannerWith({ sources }).scan(evmToken));
    expect(result.issues).toMatchObject([{ name: 'price_usd', source: 'dexscreener', rule: 'range' }]);
    expect(result.missing.at(-1)).toMatch(
      /^dexscreener: dropped by rule range: price_usd \(price_usd: expected above 0/,
    );
  });
});

describe('a scan without data', () => {
  it('is a failure that lists what was asked, and is stored as one', async () => {
    const sources = allOf(refusing('network', 'connect ECONNREFUSED'));
    const result = await scannerWith({ sources, store }).scan(evmToken);
    expect(result).toMatchObject({
      status: 'failure',
      error: {
        code: 'SCAN_NO_DATA',
        type: 'no_data',
        message: expect.stringContaining('no source said anything usable'),
      },
      missing: Array(3).fill('x sample: network: it could not be reached (connect ECONNREFUSED)'),
    });
    expect(result.calls).toHaveLength(3);
    expect((await store.get(result.id))?.state).toBe('failure');
    expect(await store.featureCounts()).toEqual({});
  });

  it('is a timeout when it was for lack of time', async () => {
    vi.useFakeTimers();
    const scanning = scannerWith({ sources: allOf(never), store }).scan(evmToken);
    await vi.advanceTimersByTimeAsync(4_500);
    const result = await scanning;
    expect(result).toMatchObject({ status: 'timeout', error: { code: 'SCAN_TIMEOUT', type: 'timeout' } });
    expect((await store.get(result.id))?.state).toBe('timeout');
  });

  it('is a failure also when every value was too old to use', async () => {
    const old = () => reportOf('dexscreener', { quantities: { price_usd: fresh(2, 'dexscreener', 500 * hourMs) } });
    const result = await scannerWith({ sources: allOf(old) }).scan(evmToken);
    expect(result).toMatchObject({ status: 'failure', error: { code: 'SCAN_NO_DATA' } });
    expect(result.missing[0]).toContain('dropped by rule freshness');
  });

  it('counts ages from the moment it is told, for replies recorded in the past', async () => {
    const old = () => reportOf('dexscreener', { quantities: { price_usd: fresh(2, 'dexscreener', 500 * hourMs) } });
    const asOfMs = nowMs - 499 * hourMs;
    const result = scored(await scannerWith({ sources: allOf(old) }).scan(evmToken, { asOfMs }));
    expect(result).toMatchObject({ scoredAtMs: asOfMs, startedAtMs: nowMs, issues: [] });
  });
});

describe('a scan of a coin without contract', () => {
  const coin = { symbol: 'OWN', coingeckoId: 'own-chain' };
  const silent: Answer = refusing('not_applicable');
  const scanListed = async (ageMs: number, value = true) => {
    const listed: Answer = () =>
      reportOf('coingecko', { quantities: { price_usd: fresh(2, 'coingecko') }, isNative: listedAs(value, ageMs) });
    const sources = sampleSources({ coingecko: listed, dexscreener: silent, goplus: silent });
    return scored(await scannerWith({ sources }).scan(coin));
  };

  it("takes the word of a source that it is its chain's own, says so, and keeps it for scoring again", async () => {
    const result = await scanListed(hourMs);
    expect(result).toMatchObject({ safety: 'not_applicable', isNative: { state: 'fresh', value: true } });
    expect(result.features.find(({ name }) => name === 'contract_safety')).toMatchObject({
      value: 1,
      recency: expect.closeTo(1 - 1 / 72, 9),
      inputs: [{ source: 'coingecko', ageMs: hourMs, reason: expect.stringContaining('native coin') }],
    });
    expect(JSON.stringify(rescore(JSON.parse(JSON.stringify(result))))).toBe(JSON.stringify(result));
  });

  it('does not take a word that is too old, nor one to the contrary', async () => {
    expect(await scanListed(72 * hourMs + 1)).toMatchObject({
      safety: 'unknown',
      verdict: 'insufficient_data',
      isNative: { state: 'missing', detail: 'dropped: older than three days' },
    });
    expect(await scanListed(0, false)).toMatchObject({ safety: 'unknown' });
  });
});

describe('a scan that is given up', () => {
  it('rejects with its code and stores nothing', async () => {
    const asker = new AbortController();
    const scanning = scannerWith({ sources: allOf(never), store }).scan(evmToken, { signal: asker.signal });
    const settled = expect(scanning).rejects.toMatchObject({ code: 'SCAN_ABORTED' });
    asker.abort();
    await settled;
    expect(await store.get('scan-0')).toBeNull();
    expect(recorder.metric('scan_requests_total', { token_symbol: 'GOOD' })).toBeFalsy();
  });
});

describe('a store in trouble', () => {
  it('makes a scan that cannot be kept a failure with a code of its own', async () => {
    const broken = { ...store, complete: () => Promise.reject(new Error('disk gone')) };
    const result = await scannerWith({ store: broken }).scan(evmToken);
    expect(result).toMatchObject({
      status: 'failure',
      error: { code: 'SCAN_NOT_STORED', message: expect.stringContaining('disk gone') },
    });
    expect(recorder.line('scan_failed', { error_code: 'SCAN_NOT_STORED' }).level).toBe('ERROR');
  });

  it('tells of the store when not even a failure could be kept', async () => {
    const broken = { ...store, complete: () => Promise.reject(new Error('disk gone')) };
    const result = await scannerWith({ sources: allOf(refusing('network')), store: broken }).scan(evmToken);
    expect(result).toMatchObject({ status: 'failure', error: { code: 'SCAN_NOT_STORED' } });
  });

  it('costs only the look back when the past cannot be read', async () => {
    const blind = { ...store, history: () => Promise.reject(new Error('locked')) };
    const result = scored(await scannerWith({ store: blind }).scan(evmToken));
    expect(result.missing).toEqual(['store: earlier scans could not be read (locked)']);
  });
});

describe('the scans of a token over time', () => {
  const withoutPools = { sources: sampleSources({ dexscreener: refusing('network') }) };

  it('keep a feature alive, marked, while its source cannot be asked', async () => {
    const before = scored(await scannerWith({ store }).scan(evmToken));
    clockMs += hourMs;
    const after = scored(await scannerWith({ store, ...withoutPools }).scan(evmToken));
    const pick = (scan: ScoredScan) => scan.features.find(({ name }) => name === 'liquidity_depth');
    const [was, is] = [pick(before), pick(after)];
    expect(is).toMatchObject({ state: 'known', recency: expect.closeTo(5 / 6, 9) });
    expect(is?.state === 'known' && was?.state === 'known' ? is.raw - was.raw : Number.NaN).toBe(0);
    expect(after.lastGood.map(({ name }) => name)).toEqual([
      'accumulation_score',
      'onchain_activity',
      'liquidity_depth',
    ]);
    expect(JSON.stringify(rescore(JSON.parse(JSON.stringify(after))))).toBe(JSON.stringify(after));
  });

  it('keep nothing of another token that goes by the same symbol', async () => {
    await scannerWith({ store }).scan(evmToken);
    const namesake = { ...evmToken, contract: { chain: 'base', address: `0x${'2'.repeat(40)}` } } as const;
    const goplus = () => reportOf('goplus', { quantities: { holders: fresh(900, 'goplus') } });
    const sources = sampleSources({ dexscreener: refusing('network'), goplus });
    const after = scored(await scannerWith({ store, sources }).scan(namesake));
    expect(after.lastGood).toEqual([]);
    expect(after.issues).toEqual([]);
    expect(after.features.find(({ name }) => name === 'liquidity_depth')?.state).toBe('missing');
  });

  it('let it go at its deadline', async () => {
    await scannerWith({ store }).scan(evmToken);
    clockMs += 6 * hourMs;
    const late = sampleSources({
      dexscreener: refusing('network'),
      goplus: () => reportOf('goplus', { quantities: { holders: fresh(120_000, 'goplus', -6 * hourMs) } }),
    });
    const after = scored(await scannerWith({ store, sources: late }).scan(evmToken));
    expect(after.features.find(({ name }) => name === 'liquidity_depth')?.state).toBe('missing');
  });

  it('notice that holders left', async () => {
    await scannerWith({ store }).scan(evmToken);
    const sources = sampleSources({
      goplus: () => reportOf('goplus', { quantities: { holders: fresh(1_000, 'goplus') } }),
    });
    const after = scored(await scannerWith({ store, sources }).scan(evmToken));
    expect(after.issues).toMatchObject([{ name: 'holders', rule: 'monotonic', severity: 'warning' }]);
  });
});

import { describe, expect, it } from 'vitest';
import { chainOf } from '../chain.ts';
import type { FakeReply } from '../imitation/market-token.ts';
import { type Bench, withBench } from '../testing/contract-bench.ts';
import { sampleCoin, sampleNowMs, sampleToken } from '../testing/sample-market.ts';
import { dexscreenerFake } from './fake.ts';
import { dexscreener, tokens } from './source.ts';

const bench = (test: (bench: Bench) => Promise<void>) =>
  withBench({ source: dexscreener, fake: dexscreenerFake }, test);

const ours = sampleToken.contract?.address ?? '';
const weth = chainOf('ethereum').wrappedNative;
const usdc = chainOf('ethereum').stablecoins[0] ?? '';
const somebody = '0x00000000000000000000000000000000000000ee';
const dayMs = 86_400_000;

const pair = (rest: object = {}) => ({
  chainId: 'ethereum',
  pairAddress: '0x1',
  baseToken: { address: ours.toUpperCase().replace('0X', '0x'), symbol: 'GEM' },
  quoteToken: { address: usdc, symbol: 'USDC' },
  priceNative: '2',
  priceUsd: '2',
  txns: { h24: { buys: 10, sells: 5 } },
  volume: { h24: 1_000 },
  priceChange: { h24: 1.5 },
  liquidity: { usd: 40_000, base: 10_000, quote: 20_000 },
  pairCreatedAt: sampleNowMs - 10 * dayMs,
  ...rest,
});

/** What the source makes of these pairs, as plain numbers and reasons. */
async function told(pairs: readonly unknown[]): Promise<Record<string, unknown>> {
  let seen: Record<string, unknown> = {};
  await bench(async ({ collect, server }) => {
    server.setAnswer(() => json(pairs));
    const { quantities } = await collect();
    seen = Object.fromEntries(
      Object.entries(quantities).map(([name, reading]) => [
        name,
        'value' in reading ? reading.value.value : reading.reason,
      ]),
    );
  });
  return seen;
}

const json = (body: unknown): FakeReply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describe('DexScreener', () => {
  it('counts twice the quote side at a price we trust as liquidity, beside what is reported', async () => {
    expect(await told([pair()])).toMatchObject({
      liquidity_usd: 40_000,
      liquidity_reported_usd: 40_000,
      pair_age_days: 10,
    });
    const fake = pair({ liquidity: { usd: 265_013_107, base: 1e9, quote: 1.5591 } });
    expect(await told([fake])).toMatchObject({ liquidity_usd: 3.1182, liquidity_reported_usd: 265_013_107 });
  });

  it('prices a wrapped native quote by the pair itself', async () => {
    const inWeth = pair({
      quoteToken: { address: weth },
      priceNative: '0.001',
      priceUsd: '2.5',
      liquidity: { usd: 1, base: 1, quote: 4 },
    });
    expect(await told([inWeth])).toMatchObject({ liquidity_usd: 20_000 });
  });

  it('says "not reported" of liquidity it cannot value, not 0', async () => {
    const strange = pair({ quoteToken: { address: somebody } });
    expect(await told([strange])).toMatchObject({
      price_usd: 2,
      liquidity_usd: 'not_reported',
      liquidity_reported_usd: 40_000,
    });
    expect(await told([pair({ liquidity: null })])).toMatchObject({
      liquidity_usd: 'not_reported',
      liquidity_reported_usd: 'not_reported',
    });
    expect(await told([pair({ quoteToken: { address: null } })])).toMatchObject({ liquidity_usd: 'not_reported' });
  });

  it('takes the deepest pool among those priced like most', async () => {
    const trap = pair({ priceUsd: '90', liquidity: { usd: 1, base: 1, quote: 1e9 } });
    const shallow = pair({ priceUsd: '2.1', liquidity: { usd: 1, base: 1, quote: 10 } });
    expect(await told([trap, shallow, pair()])).toMatchObject({ price_usd: 2, liquidity_usd: 40_000 });
  });

  it('takes the deepest of two pools that disagree', async () => {
    const other = pair({ priceUsd: '9', liquidity: { usd: 1, base: 1, quote: 10 } });
    expect(await told([other, pair()])).toMatchObject({ price_usd: 2 });
  });

  it('adds up trades over the pools of the chain and ignores other chains', async () => {
    const fork = pair({
      chainId: 'pulsechain',
      priceUsd: '0.001',
      volume: { h24: 1e9 },
      liquidity: { usd: 1e9, base: 1, quote: 1e9 },
    });
    expect(await told([fork, pair(), pair()])).toMatchObject({
      price_usd: 2,
      buys_24h: 20,
      sells_24h: 10,
      dex_volume_24h_usd: 2_000,
    });
    expect(await told([fork])).toMatchObject({ price_usd: 'no_record' });
  });

  it('turns a pair around where the token is the quote side', async () => {
    const asQuote = pair({
      baseToken: { address: somebody },
      quoteToken: { address: ours },
      priceUsd: '10',
      priceNative: '4',
    });
    expect(await told([asQuote])).toMatchObject({
      price_usd: 2.5,
      buys_24h: 5,
      sells_24h: 10,
      liquidity_usd: 'not_reported',
      price_change_24h_percent: 'not_reported',
    });
    expect(await told([asQuote, pair()])).toMatchObject({ price_usd: 2, buys_24h: 10 });
  });

  it('reads what is left out as not reported', async () => {
    const bare = {
      chainId: 'ethereum',
      pairAddress: '0x1',
      baseToken: { address: ours },
      quoteToken: { address: usdc },
    };
    expect(new Set(Object.values(await told([bare])))).toEqual(new Set(['not_reported']));
    expect(await told([pair({ priceChange: {} })])).toMatchObject({ price_change_24h_percent: 'not_reported' });
  });

  it('asks for thirty addresses of a chain at once', () =>
    bench(async ({ collect, server }) => {
      server.setAnswer(() => json([]));
      const address = (index: number) => `0x${String(index).padStart(40, '0')}`;
      const many = Array.from({ length: 40 }, (_, index) => ({
        symbol: `T${index}`,
        contract: { chain: index < 35 ? ('ethereum' as const) : ('base' as const), address: address(index) },
      }));
      await Promise.all(many.map((token) => collect({ token })));
      const asked = server.requests.map(({ path }) => path.split('/'));
      expect(asked.map((parts) => [parts[3], parts[4]?.split(',').length]).toSorted()).toEqual([
        ['base', 5],
        ['ethereum', 30],
        ['ethereum', 5],
      ]);
    }));

  it('lets one signal stop many questions, without a warning of a leak', () =>
    bench(async ({ collect, server }) => {
      const warnings: unknown[] = [];
      const note = (warning: Error): void => void warnings.push(warning.message);
      process.on('warning', note);
      server.setFaults([{ kind: 'silence' }], true);
      const abort = new AbortController();
      const token = (index: number) => ({ symbol: 'T', contract: { chain: 'base' as const, address: `0x${index}` } });
      const waiting = Array.from({ length: 40 }, (_, index) => collect({ token: token(index), signal: abort.signal }));
      await server.nextRequest();
      abort.abort();
      const outcomes = (await Promise.all(waiting)).map(({ calls }) => calls[0]?.outcome);
      // Warnings come in a turn of their own.
      await new Promise((resolve) => setImmediate(resolve));
      process.off('warning', note);
      expect(new Set(outcomes)).toEqual(new Set(['deadline']));
      expect(warnings).toEqual([]);
    }));

  it('asks alone for a token that a full reply left out, and does not call it unknown', () =>
    bench(async ({ collect, server }) => {
      const crowd = Array.from({ length: 30 }, () => pair({ baseToken: { address: somebody } }));
      server.setAnswer(({ path }) => json(path.includes(',') ? crowd : [pair()]));
      const other = { symbol: 'CROWD', contract: { chain: 'ethereum' as const, address: somebody } };
      const [crowded, left] = await Promise.all([collect({ token: other }), collect()]);
      expect(crowded.quantities.price_usd?.state).toBe('fresh');
      expect(left.quantities.price_usd?.state).toBe('fresh');
      expect(server.requests).toHaveLength(2);
    }));

  it('counts only pools that tell both buys and sells, lest one side be of more pools than the other', async () => {
    const buysOnly = pair({ pairAddress: '0x2', txns: { h24: { buys: 1_000, sells: null } } });
    expect(await told([pair(), buysOnly])).toMatchObject({ buys_24h: 10, sells_24h: 5 });
    expect(await told([buysOnly])).toMatchObject({ buys_24h: 'not_reported', sells_24h: 'not_reported' });
  });

  it('has nothing to say about a native coin', () =>
    bench(async ({ collect, server }) => {
      const report = await collect({ token: sampleCoin });
      expect(report.quantities.price_usd).toMatchObject({ state: 'missing', reason: 'not_applicable' });
      expect(report.calls).toMatchObject([{ endpoint: 'tokens', outcome: 'not_applicable', attempts: 0 }]);
      expect(server.requests).toEqual([]);
    }));

  it.each([[{ pairs: 'none' }], [{}], ['x'], [[{ chainId: 1 }]]])('refuses %j', (body) => {
    expect(() => tokens.parse(body, [])).toThrow(/expected/);
  });
});

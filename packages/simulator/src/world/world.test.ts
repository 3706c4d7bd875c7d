import { fakes, type MarketSnapshot, type MarketToken } from '@autotrader/sources/fakes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TokenTruth, tokenTruths } from './kinds.ts';
import { createWorld, type World } from './world.ts';

const moments = fc.integer({ min: Date.UTC(2024, 6, 1), max: Date.UTC(2036, 0, 1) });
const nowMs = Date.UTC(2026, 10, 20, 10, 30);

function tokensOf(world: World, truth: TokenTruth, atMs = nowMs): readonly MarketToken[] {
  return world.snapshot(atMs).tokens.filter((token) => world.truth(token.symbol) === truth);
}

function tradesOf(token: MarketToken): { readonly buys: number; readonly sells: number; readonly volumeUsd: number } {
  const trades = token.pools.map((pool) => pool.trading.h24);
  return {
    buys: trades.reduce((sum, trade) => sum + trade.buys, 0),
    sells: trades.reduce((sum, trade) => sum + trade.sells, 0),
    volumeUsd: trades.reduce((sum, trade) => sum + trade.volumeUsd, 0),
  };
}

function depthOf(token: MarketToken): { readonly realUsd: number; readonly reportedUsd: number } {
  const own = token.pools.filter((pool) => pool.chainSlug !== 'pulsechain');
  return {
    realUsd: own.reduce((sum, pool) => sum + 2 * pool.counterAmount * pool.counter.priceUsd, 0),
    reportedUsd: own.reduce((sum, pool) => sum + (pool.reportedLiquidityUsd ?? 0), 0),
  };
}

describe('createWorld', () => {
  it('is the same bytes for the same seed and minute', () => {
    fc.assert(
      fc.property(fc.integer(), moments, fc.integer({ min: 0, max: 59_999 }), (seed, atMs, later) => {
        const minute = Math.floor(atMs / 60_000) * 60_000;
        const first = JSON.stringify(createWorld({ seed }).snapshot(minute));
        const other = createWorld({ seed });
        other.snapshot(minute - 3_600_000);
        expect(JSON.stringify(other.snapshot(minute + later))).toBe(first);
      }),
      { numRuns: 25 },
    );
  });

  it('differs from seed to seed', () => {
    const symbols = (seed: number) => createWorld({ seed }).tokens.map((token) => token.symbol);
    expect(symbols(1)).not.toEqual(symbols(2));
  });

  it('has ten tokens of every kind by default, one of them a native coin and one on Solana', () => {
    const world = createWorld();
    expect(world.tokens).toHaveLength(10);
    expect(new Set(world.tokens.map((token) => world.truth(token.symbol)))).toEqual(new Set(tokenTruths));
    expect(world.tokens.filter((token) => token.contract === undefined)).toHaveLength(1);
    expect(world.tokens.filter((token) => token.contract?.chain === 'solana')).toHaveLength(1);
  });

  it('keeps its first ten tokens when it is made larger', () => {
    expect(createWorld({ seed: 3, size: 1_000 }).tokens.slice(0, 10)).toEqual(createWorld({ seed: 3 }).tokens);
  });

  it('knows no truth about a symbol it does not have', () => {
    expect(createWorld().truth('NOSUCH')).toBeUndefined();
  });

  it.each([{ seed: 1.5 }, { seed: Number.NaN }, { size: 0 }, { size: 2.5 }, { size: 1e9 }])('refuses %o', (options) => {
    expect(() => createWorld(options)).toThrow(RangeError);
  });
});

describe('a world of a thousand tokens', () => {
  const world = createWorld({ seed: 11, size: 1_000 });
  const { tokens } = world.snapshot(nowMs);

  it('has unique symbols, CoinGecko ids, contracts and pool addresses', () => {
    const isDistinct = (values: readonly string[]) => new Set(values).size === values.length;
    expect(tokens).toHaveLength(1_000);
    expect(isDistinct(tokens.map((token) => token.symbol))).toBe(true);
    expect(isDistinct(tokens.flatMap((token) => token.listing?.coingeckoId ?? []))).toBe(true);
    expect(isDistinct(tokens.flatMap((token) => token.contract?.address ?? []))).toBe(true);
    expect(isDistinct(tokens.flatMap((token) => token.pools.map((pool) => pool.pairAddress)))).toBe(true);
  });

  it('gives every kind the same share, and most tokens to ethereum, base and bsc', () => {
    for (const truth of tokenTruths) {
      const share = tokens.filter((token) => world.truth(token.symbol) === truth).length;
      expect(share).toBe(truth === 'ordinary' ? 300 : 100);
    }
    const main = tokens.filter((token) => ['ethereum', 'base', 'bsc'].includes(token.contract?.chain ?? ''));
    expect(main).toHaveLength(800);
  });

  it('holds only numbers that a market can have', () => {
    for (const token of tokens) {
      expect(token.priceUsd).toBeGreaterThan(0);
      expect(token.supply.circulating ?? 0).toBeLessThanOrEqual(token.supply.total);
      for (const pool of token.pools) {
        expect(Math.min(pool.tokenAmount, pool.counterAmount)).toBeGreaterThan(0);
        expect(pool.createdAtMs).toBeLessThan(nowMs);
        const { m5, h1, h6, h24 } = pool.trading;
        for (const [shorter, longer] of [
          [m5, h1],
          [h1, h6],
          [h6, h24],
        ] as const) {
          expect(shorter.buys).toBeLessThanOrEqual(longer.buys);
          expect(shorter.sells).toBeLessThanOrEqual(longer.sells);
        }
      }
      for (const holders of [token.security?.topHolders ?? [], token.security?.lpHolders ?? []]) {
        const sum = holders.reduce((total, holder) => total + holder.fraction, 0);
        expect(sum).toBeLessThanOrEqual(1 + 1e-9);
        expect(holders.map((holder) => holder.fraction)).toEqual(
          holders.map((holder) => holder.fraction).sort((a, b) => b - a),
        );
      }
      const { listing } = token;
      if (listing === undefined) continue;
      expect(listing.low24hUsd).toBeLessThanOrEqual(token.priceUsd * 1.000_001);
      expect(listing.high24hUsd).toBeGreaterThanOrEqual(token.priceUsd * 0.999_999);
      expect(listing.athUsd).toBeGreaterThan(listing.high24hUsd);
      expect(listing.atlUsd).toBeLessThan(listing.low24hUsd);
    }
  });

  it('shows each kind in its data', () => {
    for (const token of tokens) {
      const { buys, sells, volumeUsd } = tradesOf(token);
      const { realUsd, reportedUsd } = depthOf(token);
      const { security, listing } = token;
      const truth = world.truth(token.symbol);
      if (truth === 'gem') {
        expect((volumeUsd * (buys - sells)) / (buys + sells)).toBeGreaterThan(200_000);
        expect(security?.flags).toMatchObject({ is_open_source: true, is_honeypot: false, is_mintable: false });
        expect(security?.lpHolders[0]).toMatchObject({ isLocked: true });
      }
      if (truth === 'honeypot') {
        expect(sells).toBeLessThan(buys / 100);
        expect(security).toMatchObject({ sellTaxFraction: 1, flags: { is_honeypot: true, cannot_sell_all: true } });
      }
      if (truth === 'rug') {
        expect(security?.lpHolders.some((holder) => holder.isLocked)).toBe(false);
        expect(security?.flags).toMatchObject({ is_mintable: true, owner_change_balance: true });
        expect(security?.creatorFraction).toBeGreaterThan(0.25);
      }
      if (truth === 'wash_traded') {
        expect(reportedUsd / realUsd).toBeGreaterThan(50);
        expect(volumeUsd / (security?.holders ?? 0)).toBeGreaterThan(10_000);
      }
      if (truth === 'dying') {
        expect(listing?.changePercent.d7).toBeLessThan(0);
        expect(listing?.notice).toBeDefined();
        expect(sells).toBeGreaterThan(buys);
      }
      if (truth === 'trusted') {
        expect(security).toMatchObject({ trusted: true, flags: { is_mintable: true, is_proxy: true } });
      }
      if (truth === 'dud') expect([listing, security]).toEqual([undefined, undefined]);
      if (truth !== 'wash_traded' && token.pools.length > 0) expect(reportedUsd / realUsd).toBeLessThan(1.2);
    }
  });
});

describe('a snapshot', () => {
  it('moves smoothly from minute to minute', () => {
    const world = createWorld({ seed: 5 });
    const prices = (atMs: number) => world.snapshot(atMs).tokens.map((token) => token.priceUsd);
    for (let minute = 0; minute < 240; minute += 1) {
      const before = prices(nowMs + minute * 60_000);
      const after = prices(nowMs + (minute + 1) * 60_000);
      before.forEach((price, index) => {
        expect(Math.abs((after[index] ?? 0) / price - 1)).toBeLessThan(0.01);
      });
    }
  });

  it('changes with time, and never loses holders', () => {
    const world = createWorld({ seed: 5 });
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 400 }), (atMs, hours) => {
        const before = world.snapshot(atMs);
        const after = world.snapshot(atMs + hours * 3_600_000);
        expect(after).not.toEqual(before);
        before.tokens.forEach((token, index) => {
          const later = after.tokens[index]?.security?.holders ?? 0;
          expect(later).toBeGreaterThanOrEqual(token.security?.holders ?? 0);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('shows a falling price for a dying project whenever it is asked', () => {
    const world = createWorld({ seed: 5 });
    fc.assert(
      fc.property(moments, (atMs) => {
        for (const token of tokensOf(world, 'dying', atMs)) expect(token.listing?.changePercent.d7).toBeLessThan(-2);
      }),
      { numRuns: 60 },
    );
  });

  it('puts a token of a copied chain before the real one', () => {
    const world = createWorld();
    const [trusted] = tokensOf(world, 'trusted');
    const reply = ask('dexscreener', `/latest/dex/tokens/${trusted?.contract?.address ?? ''}`, world.snapshot(nowMs));
    const { pairs } = JSON.parse(reply) as { pairs: { chainId: string }[] };
    expect(pairs[0]?.chainId).toBe('pulsechain');
    expect(pairs.some((pair) => pair.chainId === 'ethereum')).toBe(true);
  });

  it('says nothing of the truth in any reply', () => {
    const world = createWorld({ seed: 1, size: 30 });
    const market = world.snapshot(nowMs);
    const replies = market.tokens.flatMap((token) => {
      const address = token.contract?.address ?? '';
      return [
        ask('coingecko', `/coins/${token.listing?.coingeckoId ?? 'none'}`, market),
        ask('dexscreener', `/latest/dex/tokens/${address}`, market),
        ask('goplus', '/token_security/1', market, { contract_addresses: address }),
        ask('goplus', '/token_security/56', market, { contract_addresses: address }),
        ask('goplus', '/token_security/8453', market, { contract_addresses: address }),
        ask('goplus', '/solana/token_security', market, { contract_addresses: address }),
      ];
    });
    const words = replies
      .join('\n')
      .replaceAll(/"(?:is_honeypot|honeypot_with_same_creator|trust_list|trusted_token)"/g, '');
    expect(words).not.toMatch(/\bgem\b|\bdud\b|\brug\b|honeypot|wash_traded|dying|truth/i);
  });
});

function ask(source: string, path: string, market: MarketSnapshot, query: Record<string, string> = {}): string {
  const fake = fakes.find((candidate) => candidate.source === source);
  const request = { method: 'GET', path, query: new URLSearchParams(query), headers: {} };
  return fake?.answer(request, market).body ?? '';
}

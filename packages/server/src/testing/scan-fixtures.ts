import type { FailedScan, ScoredScan } from '@autotrader/scanner';
import type { Token } from '@autotrader/sources';

export const uni: Token = {
  symbol: 'UNI',
  name: 'Uniswap',
  contract: { chain: 'ethereum', address: '0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984' },
  coingeckoId: 'uniswap',
};

export const eth: Token = { symbol: 'ETH', name: 'Ethereum', coingeckoId: 'ethereum' };

export const link: Token = { symbol: 'LINK', coingeckoId: 'chainlink' };

export const atMs = Date.UTC(2026, 10, 22, 10, 0, 0);

const from = {
  source: 'coingecko',
  endpoint: 'coins_markets',
  observedAtMs: atMs - 30_000,
  obtained: 'network',
} as const;

/** A scan with one of each: known and missing features, fresh and missing readings, all three states of a check. */
export function scoredScan(facts: Partial<ScoredScan> = {}): ScoredScan {
  const price = { state: 'fresh', value: { value: 5.25, raw: '5.250' }, from } as const;
  const holders = { state: 'missing', reason: 'rate_limited', source: 'goplus', endpoint: 'token_security' } as const;
  return {
    id: 'scan-1',
    token: uni,
    status: 'success',
    startedAtMs: atMs - 2_000,
    scoredAtMs: atMs,
    finishedAtMs: atMs,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    calls: [
      {
        source: 'coingecko',
        endpoint: 'coins_markets',
        outcome: 'answered',
        obtained: 'network',
        attempts: 1,
        durationMs: 120,
        waitedMs: 0,
      },
    ],
    gemScore: { value: 54.2, interval: [41, 68], modelVersion: '1.0.0' },
    confidence: 0.62,
    verdict: 'watch',
    reason: 'Solid, but holders are unknown.',
    flags: [],
    findings: [
      {
        code: 'proxy',
        severity: 'medium',
        message: 'The contract can be replaced',
        evidence: 'is_proxy = 1',
        source: 'goplus',
      },
    ],
    features: [
      {
        name: 'liquidity_depth',
        state: 'known',
        value: 0.5,
        raw: 0.6,
        weight: 0.1,
        contribution: 5,
        recency: 0.9,
        completeness: 1,
        inputs: [{ name: 'liquidity_usd', value: 1_000_000, source: 'dexscreener', ageMs: 45_000 }],
        penalties: ['thin_liquidity'],
      },
      {
        name: 'community_growth',
        state: 'missing',
        weight: 0.08,
        reason: 'holders: rate_limited',
        inputs: [{ name: 'holders', value: null, source: 'goplus', ageMs: null, reason: 'rate_limited' }],
      },
    ],
    quantities: [
      { name: 'price_usd', chosen: price, readings: [price] },
      { name: 'holders', chosen: holders, readings: [holders] },
    ],
    checks: [
      { name: 'not_honeypot', check: { state: 'pass', from, evidence: 'is_honeypot = 0' } },
      { name: 'not_mintable', check: { state: 'fail', from, evidence: 'is_mintable = 1' } },
      {
        name: 'no_hidden_owner',
        check: { state: 'unknown', reason: 'not_reported', source: 'goplus', endpoint: 'token_security' },
      },
    ],
    safety: 'assessed',
    issues: [],
    lastGood: [],
    narrative: {
      provider: 'lexicon',
      sentiment: 0.6,
      momentum: 0.4,
      themes: ['defi'],
      summary: 'An exchange.',
      observedAtMs: atMs,
    },
    missing: ['goplus token_security: rate_limited'],
    ...facts,
  };
}

export function failedScan(facts: Partial<FailedScan> = {}): FailedScan {
  return {
    id: 'scan-2',
    token: eth,
    status: 'failure',
    startedAtMs: atMs - 1_000,
    finishedAtMs: atMs,
    traceId: null,
    calls: [],
    error: { code: 'SCAN_NO_DATA', type: 'no_data', message: 'nothing usable came' },
    missing: ['coingecko coins_markets: network'],
    ...facts,
  };
}

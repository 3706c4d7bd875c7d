import type {
  AskedCall,
  Check,
  CheckName,
  MissingReason,
  Provenance,
  Quantity,
  QuantityName,
  Reading,
  SourceReport,
  SourceText,
  Token,
} from '@autotrader/sources';
import type { FeatureFacts } from '../features/feature-parts.ts';
import { reconcileCheck } from '../reconcile/reconcile-check.ts';
import { reconcileQuantity } from '../reconcile/reconcile-quantity.ts';
import { checkOrder } from '../safety/check-needs.ts';
import type { Narrative, ReconciledQuantity, SafetyCheck } from '../scan-result.ts';
import type { ScoreInputs } from '../scoring/score-scan.ts';
import { quantityOrder } from '../validation/freshness-deadlines.ts';

/** The moment of every sample. */
export const nowMs = Date.UTC(2026, 5, 1, 12);

export const hourMs = 3_600_000;

export const evmToken: Token = {
  symbol: 'GOOD',
  contract: { chain: 'base', address: '0x1111111111111111111111111111111111111111' },
  coingeckoId: 'good',
};

export const bitcoin: Token = { symbol: 'BTC', coingeckoId: 'bitcoin' };

export function from(source = 'dexscreener', ageMs = 0): Provenance {
  return { source, endpoint: 'sample', observedAtMs: nowMs - ageMs, obtained: 'network' };
}

export function fresh(value: number, source?: string, ageMs = 0): Reading<Quantity> {
  return { state: 'fresh', value: { value, raw: String(value) }, from: from(source, ageMs) };
}

export function stale(value: number, source: string, ageMs: number): Reading<Quantity> {
  return { state: 'stale', value: { value, raw: String(value) }, ageMs, from: from(source, ageMs) };
}

export function gone(reason: MissingReason, source = 'dexscreener'): Extract<Reading<Quantity>, { state: 'missing' }> {
  return { state: 'missing', reason, source, endpoint: 'sample' };
}

export function said(state: 'pass' | 'fail', source = 'goplus', ageMs = 0): Check {
  return { state, from: from(source, ageMs), evidence: `sample=${state}` };
}

export function unsaid(reason: MissingReason = 'not_reported', source = 'goplus'): Check {
  return { state: 'unknown', reason, source, endpoint: 'sample' };
}

/** What a source says on whether a coin is its chain's own. */
export function listedAs(isNative: boolean, ageMs = 0): Reading<boolean> {
  return { state: 'fresh', value: isNative, from: from('coingecko', ageMs) };
}

export type Values = Partial<Record<QuantityName, number | undefined>>;
export type Checks = Partial<Record<CheckName, 'pass' | 'fail' | 'unknown'>>;

/** All quantities, those without a value missing. */
export function quantitiesOf(values: Values, ageMs = 0): readonly ReconciledQuantity[] {
  return quantityOrder.map((name) => {
    const value = values[name];
    return reconcileQuantity(name, [value === undefined ? gone('not_reported') : fresh(value, 'dexscreener', ageMs)]);
  });
}

/** All checks, those without a state unknown. */
export function checksOf(states: Checks, ageMs = 0): readonly SafetyCheck[] {
  return checkOrder.map((name) => {
    const state = states[name] ?? 'unknown';
    return reconcileCheck(name, [state === 'unknown' ? unsaid() : said(state, 'goplus', ageMs)]);
  });
}

export const allPass: Checks = {
  not_honeypot: 'pass',
  can_buy: 'pass',
  can_sell_all: 'pass',
  source_verified: 'pass',
  not_mintable: 'pass',
  balances_not_changeable: 'pass',
  not_pausable: 'pass',
  no_blacklist: 'pass',
  no_hidden_owner: 'pass',
  ownership_not_reclaimable: 'pass',
  not_proxy: 'pass',
  no_self_destruct: 'pass',
  tax_not_modifiable: 'pass',
};

/** A token without fault. */
export const goodValues: Values = {
  price_usd: 2,
  market_cap_usd: 190_000_000,
  fdv_usd: 200_000_000,
  volume_24h_usd: 9_000_000,
  dex_volume_24h_usd: 8_000_000,
  liquidity_usd: 4_000_000,
  liquidity_reported_usd: 4_200_000,
  circulating_supply: 95_000_000,
  total_supply: 100_000_000,
  max_supply: 100_000_000,
  holders: 120_000,
  buys_24h: 6_000,
  sells_24h: 4_000,
  sentiment_up_percent: 85,
  watchlist_users: 40_000,
  top10_holder_fraction: 0.2,
  creator_fraction: 0,
  owner_fraction: 0,
  lp_locked_fraction: 0.9,
  buy_tax_fraction: 0,
  sell_tax_fraction: 0,
  pair_age_days: 300,
};

export const goodNarrative: Narrative = {
  provider: 'lexicon',
  sentiment: 0.8,
  momentum: 0.8,
  themes: ['AI'],
  summary: 'sample',
  observedAtMs: nowMs,
};

export function scoreInputs(changes: Partial<ScoreInputs> = {}): ScoreInputs {
  return {
    token: evmToken,
    scoredAtMs: nowMs,
    quantities: quantitiesOf(goodValues),
    checks: checksOf(allPass),
    narrative: goodNarrative,
    lastGood: [],
    ...changes,
  };
}

export function featureFacts(values: Values, changes: Partial<FeatureFacts> = {}): FeatureFacts {
  return {
    token: evmToken,
    scoredAtMs: nowMs,
    quantities: quantitiesOf(values),
    checks: checksOf(allPass),
    safety: 'assessed',
    narrative: null,
    ...changes,
  };
}

export function answeredCall(source: string): AskedCall {
  return { source, endpoint: 'sample', outcome: 'answered', attempts: 1, durationMs: 5, waitedMs: 0 };
}

export interface ReportParts {
  readonly quantities?: SourceReport['quantities'];
  readonly checks?: SourceReport['checks'];
  readonly texts?: readonly SourceText[];
  readonly isNative?: Reading<boolean>;
  readonly calls?: readonly AskedCall[];
}

export function reportOf(source: string, parts: ReportParts = {}): SourceReport {
  const { quantities = {}, checks = {}, texts, calls = [answeredCall(source)], isNative } = parts;
  return {
    source,
    quantities,
    checks,
    texts:
      texts === undefined
        ? { state: 'missing', reason: 'not_reported', source, endpoint: 'sample' }
        : { state: 'fresh', value: texts, from: from(source) },
    calls,
    ...(isNative === undefined ? {} : { isNative }),
  };
}

/** What three sources say of a token without fault. */
export function goodReports(): readonly SourceReport[] {
  const entries = Object.entries(goodValues) as [QuantityName, number][];
  const market = entries.filter(([name]) => !name.endsWith('_fraction') && name !== 'holders');
  const chain = entries.filter(([name]) => name.endsWith('_fraction') || name === 'holders');
  const readings = (of: readonly [QuantityName, number][], source: string): SourceReport['quantities'] =>
    Object.fromEntries(of.map(([name, value]) => [name, fresh(value, source)]));
  const checks = Object.fromEntries((Object.keys(allPass) as CheckName[]).map((name) => [name, said('pass')]));
  const description =
    'A decentralized AI agent network. Audited; mainnet launched, partnership and integration growth.';
  const texts: readonly SourceText[] = [
    { kind: 'description', text: description },
    { kind: 'headline', text: 'Trending: mainnet upgrade and partnership announces listing', publishedAtMs: nowMs },
  ];
  return [
    reportOf('coingecko', { quantities: { price_usd: fresh(2.01, 'coingecko') }, texts }),
    reportOf('dexscreener', { quantities: readings(market, 'dexscreener') }),
    reportOf('goplus', { quantities: readings(chain, 'goplus'), checks }),
  ];
}

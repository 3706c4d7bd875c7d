import type { CheckName, Reading, Token } from '@autotrader/sources';
import { describe, expect, it } from 'vitest';
import { reconcileCheck } from '../reconcile/reconcile-check.ts';
import { reconcileQuantity } from '../reconcile/reconcile-quantity.ts';
import {
  bitcoin,
  type Checks,
  checksOf,
  evmToken,
  fresh,
  gone,
  listedAs,
  quantitiesOf,
  said,
  type Values,
} from '../testing/samples.ts';
import { assessSafety, safetyRules } from './assess-safety.ts';
import { findingSubjects } from './finding-codes.ts';

function found(checks: Checks, values: Values = {}): readonly string[] {
  const { findings } = assessSafety({ token: evmToken, checks: checksOf(checks), quantities: quantitiesOf(values) });
  return findings.map(({ code, severity }) => `${code} ${severity}`);
}

describe('the safety rules', () => {
  it('are one for each finding there is', () => {
    expect(safetyRules.map((rule) => rule.code).toSorted()).toEqual(Object.keys(findingSubjects).toSorted());
  });

  it('find nothing where nothing is known', () => {
    expect(found({})).toEqual([]);
  });

  it.each<[CheckName, string]>([
    ['not_honeypot', 'honeypot critical'],
    ['can_sell_all', 'cannot_sell high'],
    ['can_buy', 'cannot_buy medium'],
    ['source_verified', 'contract_unverified high'],
    ['not_mintable', 'owner_can_mint medium'],
    ['balances_not_changeable', 'owner_can_change_balances high'],
    ['not_pausable', 'owner_can_pause medium'],
    ['no_blacklist', 'owner_can_blacklist medium'],
    ['no_hidden_owner', 'hidden_owner high'],
    ['ownership_not_reclaimable', 'ownership_reclaimable medium'],
    ['not_proxy', 'proxy low'],
    ['no_self_destruct', 'self_destruct high'],
    ['tax_not_modifiable', 'owner_can_change_tax medium'],
    ['genuine_token', 'counterfeit critical'],
  ])('find from a failed %s: %s, and from a passed or unknown one nothing', (check, expected) => {
    expect(found({ [check]: 'fail' })).toEqual([expected]);
    expect(found({ [check]: 'pass' })).toEqual([]);
    expect(found({ [check]: 'unknown' })).toEqual([]);
  });

  it('carry evidence and source', () => {
    const { findings } = assessSafety({ token: evmToken, checks: checksOf({ not_honeypot: 'fail' }), quantities: [] });
    expect(findings).toMatchObject([{ evidence: 'sample=fail', source: 'goplus' }]);
  });

  it('take capabilities of a trusted token for what they are, but not a trap or a hidden owner', () => {
    const powers: Checks = {
      not_mintable: 'fail',
      not_pausable: 'fail',
      no_blacklist: 'fail',
      balances_not_changeable: 'fail',
    };
    expect(found({ ...powers, on_trust_list: 'pass' }).every((finding) => finding.endsWith(' low'))).toBe(true);
    expect(found({ no_hidden_owner: 'fail', on_trust_list: 'pass' })).toEqual(['hidden_owner high']);
    expect(found({ not_honeypot: 'fail', on_trust_list: 'pass' })).toEqual(['honeypot critical']);
  });

  it('list the gravest first', () => {
    expect(found({ not_proxy: 'fail', not_mintable: 'fail', no_hidden_owner: 'fail', not_honeypot: 'fail' })).toEqual([
      'honeypot critical',
      'hidden_owner high',
      'owner_can_mint medium',
      'proxy low',
    ]);
  });
});

describe('a honeypot', () => {
  const pool = { liquidity_usd: 400_000, liquidity_reported_usd: 400_000 };

  it('that holders do sell is a contradiction, said as such', () => {
    expect(found({ not_honeypot: 'fail' }, { ...pool, buys_24h: 100, sells_24h: 60 })).toEqual([
      'honeypot_contradicted medium',
    ]);
  });

  it.each([
    ['too few sells', { buys_24h: 60, sells_24h: 49 }],
    ['many buys and next to no sells', { buys_24h: 1_000, sells_24h: 60 }],
    ['sells not known', { buys_24h: 100 }],
  ])('stays one with %s', (_, trades) => {
    expect(found({ not_honeypot: 'fail' }, { ...pool, ...trades })).toEqual(['honeypot critical']);
  });

  it('stays one with a drained pool', () => {
    const drained = { liquidity_usd: 9_000, buys_24h: 100, sells_24h: 60 };
    expect(found({ not_honeypot: 'fail' }, drained)).toContain('honeypot critical');
  });
});

describe('a day of trades', () => {
  it.each([
    [100, 0],
    [100, 1],
    [6_000, 119],
  ])('with %d buys and %d sells is a trap by its looks, though no source calls it one', (buys, sells) => {
    const checks: Checks = { not_honeypot: 'pass', can_sell_all: 'pass' };
    expect(found(checks, { buys_24h: buys, sells_24h: sells })).toEqual(['buys_without_sells high']);
  });

  it.each([
    ['few buys', { buys_24h: 99, sells_24h: 0 }],
    ['a sell for fifty buys', { buys_24h: 100, sells_24h: 2 }],
    ['sells only', { buys_24h: 0, sells_24h: 500 }],
    ['sells not known', { buys_24h: 6_000 }],
  ])('with %s is not', (_, trades) => {
    expect(found({}, trades)).toEqual([]);
  });
});

describe('taxes', () => {
  it.each([
    [0.01, []],
    [0.02, ['sell_tax low']],
    [0.05, ['sell_tax medium']],
    [0.1, ['sell_tax high']],
    [1, ['sell_tax critical']],
  ])('of %d on selling give %j', (tax, expected) => {
    expect(found({}, { sell_tax_fraction: tax })).toEqual(expected);
  });

  it('on buying are found too', () => {
    expect(found({}, { buy_tax_fraction: 0.3 })).toEqual(['buy_tax high']);
  });
});

describe('liquidity', () => {
  it.each([
    [50_000, []],
    [49_999, ['thin_liquidity medium']],
    [4_999, ['thin_liquidity high']],
  ])('of %d USD gives %j', (usd, expected) => {
    expect(found({}, { liquidity_usd: usd })).toEqual(expected);
  });

  it('that is not known is not called thin', () => {
    expect(found({}, { liquidity_reported_usd: 100 })).toEqual([]);
  });

  it.each([
    [{ lp_locked_fraction: 0.2, liquidity_usd: 100_000 }, ['liquidity_not_locked medium']],
    [{ lp_locked_fraction: 0.2, liquidity_usd: 1_000_000 }, ['liquidity_not_locked low']],
    [{ lp_locked_fraction: 0.6, liquidity_usd: 100_000 }, []],
  ])('%j gives %j', (values, expected) => {
    expect(found({}, values)).toEqual(expected);
  });

  it.each([
    [{ liquidity_usd: 100_000, liquidity_reported_usd: 600_000 }, ['fake_liquidity high']],
    [{ liquidity_usd: 100_000, liquidity_reported_usd: 500_000 }, []],
    [{ liquidity_usd: 500_000, liquidity_reported_usd: 3_000_000 }, ['fake_liquidity medium']],
    [{ liquidity_usd: 5_000_000, liquidity_reported_usd: 30_000_000 }, ['fake_liquidity low']],
    [{ liquidity_usd: 500_000, market_cap_usd: 100_000 }, ['fake_liquidity high']],
    [{ liquidity_usd: 3e6, dex_volume_24h_usd: 1_000, holders: 40, market_cap_usd: 1e9 }, ['fake_liquidity high']],
    [{ liquidity_usd: 3e6, dex_volume_24h_usd: 1_000, holders: 4_000, market_cap_usd: 1e9 }, []],
    [{ liquidity_usd: 3e6, dex_volume_24h_usd: 1_000, market_cap_usd: 1e9 }, []],
  ])('%j is judged %j', (values, expected) => {
    expect(found({}, values)).toEqual(expected);
  });
});

describe('holders', () => {
  it.each([
    [{ top10_holder_fraction: 0.49 }, []],
    [{ top10_holder_fraction: 0.5 }, ['holder_concentration low']],
    [{ top10_holder_fraction: 0.7 }, ['holder_concentration medium']],
    [{ top10_holder_fraction: 0.95 }, ['holder_concentration high']],
    [{ owner_fraction: 0.12, creator_fraction: 0.02 }, ['insider_holdings medium']],
    [{ creator_fraction: 0.6 }, ['insider_holdings high']],
    [{ owner_fraction: 0.06, creator_fraction: 0.06 }, []],
  ])('%j gives %j', (values, expected) => {
    expect(found({}, values)).toEqual(expected);
  });
});

describe('contradictions', () => {
  it('between prices are found with what each source said', () => {
    const price = reconcileQuantity('price_usd', [fresh(1, 'coingecko'), fresh(2, 'dexscreener')]);
    const { findings } = assessSafety({ token: evmToken, checks: [], quantities: [price] });
    expect(findings).toMatchObject([
      { code: 'sources_disagree_on_price', severity: 'medium', evidence: 'coingecko 1, dexscreener 2' },
    ]);
  });

  it('within the tolerance are none', () => {
    const price = reconcileQuantity('price_usd', [fresh(1, 'coingecko'), fresh(1.02, 'dexscreener')]);
    expect(assessSafety({ token: evmToken, checks: [], quantities: [price] }).findings).toEqual([]);
  });

  it('between checks are found beside the failed check itself', () => {
    const checks = [reconcileCheck('not_mintable', [said('pass', 'a'), said('fail', 'b')])];
    const { findings } = assessSafety({ token: evmToken, checks, quantities: [] });
    expect(findings.map(({ code }) => code)).toEqual(['owner_can_mint', 'checks_contradict']);
  });
});

describe('the state of safety', () => {
  const state = (checks: Checks, token = evmToken) =>
    assessSafety({ token, checks: checksOf(checks), quantities: [] }).state;
  const essentials: Checks = { not_honeypot: 'pass', can_sell_all: 'pass', source_verified: 'pass' };

  it('is assessed when the essential checks were answered, whatever the answer', () => {
    expect(state(essentials)).toBe('assessed');
    expect(state({ ...essentials, not_honeypot: 'fail' })).toBe('assessed');
  });

  it.each(Object.keys(essentials) as CheckName[])('is unknown without %s', (name) => {
    expect(state({ ...essentials, [name]: 'unknown' })).toBe('unknown');
  });

  it('is not applicable for a native coin only', () => {
    expect(state({}, bitcoin)).toBe('not_applicable');
    expect(state({}, { symbol: 'ODD', coingeckoId: 'some-token' })).toBe('unknown');
    expect(state({}, { symbol: 'BTC' })).toBe('unknown');
    expect(state({}, { ...evmToken, coingeckoId: 'bitcoin' })).toBe('unknown');
  });

  it.each<[string, Reading<boolean>, string]>([
    ['listed as one', listedAs(true), 'not_applicable'],
    ['listed as a token of some platform', listedAs(false), 'unknown'],
    ['whose listing could not be asked for', gone('rate_limited', 'coingecko'), 'unknown'],
  ])('of a coin %s', (_, isNative, expected) => {
    const judge = (token: Token) => assessSafety({ token, checks: checksOf({}), quantities: [], isNative }).state;
    expect(judge({ symbol: 'OWN', coingeckoId: 'own-chain' })).toBe(expected);
    expect(judge(bitcoin)).toBe('not_applicable');
    expect(judge({ ...evmToken, coingeckoId: 'own-chain' })).toBe('unknown');
  });
});

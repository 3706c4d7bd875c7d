import { describe, expect, it } from 'vitest';
import { allPass, bitcoin, checksOf, featureFacts, goodNarrative, goodValues, nowMs } from '../testing/samples.ts';
import type { FeatureName } from './feature-names.ts';
import { featureNames, featureWeights } from './feature-names.ts';
import { combineParts, type FeatureFacts } from './feature-parts.ts';
import { features } from './feature-registry.ts';

function raw(name: FeatureName, facts: FeatureFacts) {
  return combineParts(features[name].parts(facts), { scoredAtMs: nowMs, deadlineMs: features[name].deadlineMs });
}

describe('the features', () => {
  it('have weights that sum to 1', () => {
    expect(Object.values(featureWeights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it.each(featureNames)('%s has parts whose weights sum to 1, whatever is known', (name) => {
    for (const values of [goodValues, {}, { watchlist_users: 5 }]) {
      const facts = featureFacts(values, { narrative: goodNarrative });
      const sum = features[name].parts(facts).reduce((total, part) => total + part.weight, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
  });

  it.each(featureNames)('%s is missing, not 0, when nothing is known', (name) => {
    const facts = featureFacts({}, { checks: checksOf({}), safety: 'unknown' });
    expect(raw(name, facts).state).toBe('missing');
  });

  it.each(featureNames)('%s is complete and high for a token without fault', (name) => {
    const facts = featureFacts(goodValues, { narrative: goodNarrative });
    expect(raw(name, facts)).toMatchObject({ state: 'known', completeness: 1, recency: 1 });
    expect(raw(name, facts)).toSatisfy((found: { raw: number }) => found.raw > 0.75);
  });
});

describe('tokenomics risk', () => {
  const value = (values: Parameters<typeof featureFacts>[0]) => raw('tokenomics_risk', featureFacts(values));

  it('falls with what does not circulate yet', () => {
    expect(value({ circulating_supply: 25, total_supply: 100 })).toMatchObject({ raw: 0.1 });
  });

  it('measures against the largest supply there will ever be', () => {
    expect(value({ circulating_supply: 25, total_supply: 50, max_supply: 100 })).toMatchObject({ raw: 0.1 });
  });

  it('takes market cap ÷ fully diluted value where the supplies are not known', () => {
    expect(value({ market_cap_usd: 50, fdv_usd: 100 })).toMatchObject({ raw: 0.2, completeness: 0.4 });
  });

  it('says nothing of dilution when more circulates than there is: the numbers count different chains', () => {
    const found = value({ market_cap_usd: 8_975_318, fdv_usd: 36_135 });
    expect(found).toMatchObject({ state: 'missing', reason: expect.stringContaining('8975318 is above 36135') });
  });

  it('falls with concentration and with what insiders hold', () => {
    expect(value({ top10_holder_fraction: 0.8 })).toMatchObject({ raw: 0 });
    expect(value({ top10_holder_fraction: 0.2 })).toMatchObject({ raw: 0.4 });
    expect(value({ owner_fraction: 0.1, creator_fraction: 0.2 })).toMatchObject({
      raw: expect.closeTo(0.05, 12),
    });
  });
});

describe('contract safety', () => {
  it('adds up the checks that passed; failed and unknown ones add nothing', () => {
    const only = (state: 'fail' | 'unknown') =>
      raw('contract_safety', featureFacts({}, { checks: checksOf({ ...allPass, not_honeypot: state }) }));
    expect(only('fail')).toMatchObject({ raw: expect.closeTo(0.75, 12), completeness: 1 });
    expect(only('unknown')).toMatchObject({ raw: expect.closeTo(0.75, 12), completeness: expect.closeTo(0.75, 12) });
  });

  it('asks other questions on Solana', () => {
    const token = { symbol: 'SPL', contract: { chain: 'solana', address: 'So1' } } as const;
    const checks = checksOf({
      no_blacklist: 'pass',
      balances_not_changeable: 'pass',
      not_mintable: 'pass',
      tax_not_modifiable: 'pass',
      no_self_destruct: 'pass',
    });
    expect(raw('contract_safety', featureFacts({}, { token, checks }))).toMatchObject({ raw: 1, completeness: 1 });
  });

  it('is 1 for a native coin and says why', () => {
    const facts = featureFacts({}, { token: bitcoin, checks: checksOf({}), safety: 'not_applicable' });
    expect(raw('contract_safety', facts)).toMatchObject({
      raw: 1,
      inputs: [{ name: 'contract', reason: 'a native coin has no contract whose owner could act against holders' }],
    });
  });
});

describe('community growth', () => {
  it('counts holders', () => {
    expect(raw('community_growth', featureFacts({ holders: 500_000, watchlist_users: 1 }))).toMatchObject({ raw: 1 });
  });

  it('counts watchers half where holders are not known, and marks them as a stand-in', () => {
    const found = raw('community_growth', featureFacts({ watchlist_users: 500_000 }));
    expect(found).toMatchObject({ raw: 0.5, completeness: 0.5 });
    expect(found.inputs[0]).toMatchObject({
      name: 'watchlist_users',
      reason: 'stands in for holders, which are not known',
    });
  });
});

describe('sentiment', () => {
  it('is half votes and half words, and what is missing of them adds nothing', () => {
    const both = featureFacts({ sentiment_up_percent: 60 }, { narrative: { ...goodNarrative, sentiment: 0.8 } });
    expect(raw('sentiment_score', both)).toMatchObject({ raw: 0.7, completeness: 1 });
    expect(raw('sentiment_score', featureFacts({ sentiment_up_percent: 60 }))).toMatchObject({
      raw: 0.3,
      completeness: 0.5,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { reconcileQuantity } from '../reconcile/reconcile-quantity.ts';
import type { FeatureValue } from '../scan-result.ts';
import {
  allPass,
  bitcoin,
  checksOf,
  fresh,
  gone,
  goodValues,
  hourMs,
  nowMs,
  quantitiesOf,
  scoreInputs,
} from '../testing/samples.ts';
import { type ScoreInputs, scoreScan } from './score-scan.ts';

function score(changes: Partial<ScoreInputs> = {}) {
  return scoreScan(scoreInputs(changes)).score;
}

function feature(features: readonly FeatureValue[], name: string): FeatureValue {
  const found = features.find((candidate) => candidate.name === name);
  if (found === undefined) throw new TypeError(`no feature ${name}`);
  return found;
}

describe('scoring a scan', () => {
  it('calls a token without fault a gem, with nothing left open', () => {
    const result = score();
    expect(result).toMatchObject({ verdict: 'gem', safety: 'assessed', flags: [], findings: [] });
    expect(result.confidence).toBeCloseTo(1, 9);
    const [low, high] = result.gemScore.interval;
    expect(low).toBeCloseTo(result.gemScore.value, 9);
    expect(high).toBeCloseTo(result.gemScore.value, 9);
  });

  it('is the sum of the contributions of its features', () => {
    const { features, gemScore } = score();
    const sum = features.reduce((all, each) => all + (each.state === 'known' ? each.contribution : 0), 0);
    expect(gemScore.value).toBeCloseTo(sum, 12);
  });

  it('gives nothing for a missing feature, lowers confidence, names it, and widens the interval by its weight', () => {
    const whole = score();
    const part = score({ quantities: quantitiesOf({ ...goodValues, liquidity_usd: undefined }) });
    const lost = feature(whole.features, 'liquidity_depth');
    expect(feature(part.features, 'liquidity_depth')).toMatchObject({
      state: 'missing',
      reason: expect.stringContaining('liquidity_usd from dexscreener: not_reported'),
    });
    expect(part.gemScore.value).toBeCloseTo(whole.gemScore.value - (lost.state === 'known' ? lost.contribution : 0), 9);
    expect(part.confidence).toBeCloseTo(0.9, 9);
    expect(part.gemScore.interval[1] - part.gemScore.value).toBeCloseTo(10, 9);
    expect(part.gemScore.interval[0]).toBeLessThanOrEqual(part.gemScore.value);
  });

  it('shows what a finding took from which feature', () => {
    const { features, flags, verdict } = score({ checks: checksOf({ ...allPass, no_hidden_owner: 'fail' }) });
    expect(feature(features, 'contract_safety')).toMatchObject({
      value: 0,
      contribution: 0,
      raw: expect.closeTo(0.93, 9),
      penalties: ['hidden_owner: at most 0'],
    });
    expect(flags).toEqual(['hidden_owner']);
    expect(verdict).toBe('avoid');
  });

  it('counts the age of inputs against confidence', () => {
    const aged = score({ quantities: quantitiesOf(goodValues, 3 * hourMs) });
    expect(aged.confidence).toBeLessThan(0.9);
    expect(aged.confidence).toBeGreaterThan(0.5);
  });

  it('takes confidence off for each disputed quantity, at most a fifth', () => {
    const disputed = (...names: readonly ('price_usd' | 'holders' | 'liquidity_usd')[]) => {
      const rest = quantitiesOf(goodValues).filter(({ name }) => !names.some((each) => each === name));
      const both = names.map((name) => {
        const value = goodValues[name] ?? 1;
        return reconcileQuantity(name, [fresh(value), fresh(value * 0.5, 'coingecko')]);
      });
      return score({ quantities: [...rest, ...both] }).confidence;
    };
    expect(disputed()).toBeCloseTo(1, 9);
    expect(disputed('price_usd')).toBeCloseTo(0.9, 9);
    expect(disputed('price_usd', 'holders')).toBeCloseTo(0.8, 9);
    expect(disputed('price_usd', 'holders', 'liquidity_usd')).toBeCloseTo(0.8, 9);
  });

  it('has no confidence in a score without inputs, and no score', () => {
    const result = score({ quantities: quantitiesOf({}), checks: checksOf({}), narrative: null });
    expect(result).toMatchObject({
      confidence: 0,
      verdict: 'insufficient_data',
      gemScore: { value: 0, interval: [0, 100] },
    });
  });

  it('scores a native coin without any check and says that safety does not apply', () => {
    const result = score({ token: bitcoin, checks: checksOf({}) });
    expect(result).toMatchObject({ safety: 'not_applicable', verdict: 'gem' });
  });
});

describe('an earlier value', () => {
  const liquidity = { name: 'liquidity_depth', value: 0.5, observedAtMs: nowMs - 3 * hourMs } as const;
  const without = (reason: 'network' | 'no_record') =>
    quantitiesOf(goodValues).map((quantity) =>
      quantity.name === 'liquidity_usd' ? reconcileQuantity('liquidity_usd', [gone(reason)]) : quantity,
    );

  it('stands in for a feature that could not be asked, marked as stale and with less recency', () => {
    const { features, lastGood } = score({ quantities: without('network'), lastGood: [liquidity] });
    const found = feature(features, 'liquidity_depth');
    expect(found).toMatchObject({ state: 'known', value: 0.5, recency: 0.5 });
    expect(found.inputs.at(-1)).toMatchObject({ name: 'last_good', source: 'store', ageMs: 3 * hourMs });
    expect(found.inputs.at(-1)?.reason).toMatch(/^stale: kept from an earlier scan/);
    expect(lastGood).toEqual([liquidity]);
  });

  it('is not observed again, so that it cannot renew itself', () => {
    const { observed } = scoreScan(scoreInputs({ quantities: without('network'), lastGood: [liquidity] }));
    expect(observed.map(({ name }) => name)).not.toContain('liquidity_depth');
  });

  it('does not stand in when the source says that there is nothing', () => {
    const { features, lastGood } = score({ quantities: without('no_record'), lastGood: [liquidity] });
    expect(feature(features, 'liquidity_depth').state).toBe('missing');
    expect(lastGood).toEqual([]);
  });

  it('does not stand in after its deadline', () => {
    const old = { ...liquidity, observedAtMs: nowMs - 6 * hourMs };
    const { features } = score({ quantities: without('network'), lastGood: [old] });
    expect(feature(features, 'liquidity_depth').state).toBe('missing');
  });

  it('never stands in for contract safety', () => {
    const safe = { name: 'contract_safety', value: 1, observedAtMs: nowMs } as const;
    const { features, safety } = score({ checks: [], lastGood: [safe] });
    expect(feature(features, 'contract_safety').state).toBe('missing');
    expect(safety).toBe('unknown');
  });

  it('is left alone when there is a new one', () => {
    expect(score({ lastGood: [liquidity] })).toEqual(score());
  });
});

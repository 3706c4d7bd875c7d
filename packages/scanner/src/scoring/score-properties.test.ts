import type { CheckName, QuantityName } from '@autotrader/sources';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rescore } from '../rescore.ts';
import { checkOrder } from '../safety/check-needs.ts';
import type { ScoredScan, Verdict } from '../scan-result.ts';
import {
  allPass,
  bitcoin,
  type Checks,
  checksOf,
  evmToken,
  goodNarrative,
  goodValues,
  nowMs,
  quantitiesOf,
  scoreInputs,
  type Values,
} from '../testing/samples.ts';
import { type ScoreInputs, scoreScan } from './score-scan.ts';

const state = fc.constantFrom('pass' as const, 'fail' as const, 'unknown' as const);
const anyChecks: fc.Arbitrary<Checks> = fc.record(
  Object.fromEntries(checkOrder.map((name) => [name, state])) as Record<CheckName, typeof state>,
);

const money = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e12, noNaN: true }));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const amountOf = (name: QuantityName) => (name.endsWith('_fraction') ? share : money);
const names = Object.keys(goodValues) as QuantityName[];
const anyValues: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(names.map((name) => [name, fc.option(amountOf(name), { nil: undefined })])),
) as fc.Arbitrary<Values>;

const anyInputs: fc.Arbitrary<ScoreInputs> = fc
  .record({
    values: anyValues,
    checks: anyChecks,
    age: fc.integer({ min: 0, max: 300 * 3_600_000 }),
    token: fc.constantFrom(evmToken, bitcoin, { symbol: 'SPL', contract: { chain: 'solana' as const, address: 'S' } }),
    narrative: fc.option(fc.record({ sentiment: share, momentum: share }), { nil: null }),
    lastGood: fc.option(share, { nil: null }),
  })
  .map(({ values, checks, age, token, narrative, lastGood }) =>
    scoreInputs({
      token,
      quantities: quantitiesOf(values, age),
      checks: checksOf(checks, age),
      narrative: narrative === null ? null : { ...goodNarrative, ...narrative },
      lastGood: lastGood === null ? [] : [{ name: 'liquidity_depth', value: lastGood, observedAtMs: nowMs - 5_000 }],
    }),
  );

/** How much trust a verdict invites. */
const trust: Record<Verdict, number> = { avoid: 0, insufficient_data: 0, watch: 1, gem: 2 };

function verdict(checks: Checks, values: Values = goodValues): number {
  return trust[scoreScan(scoreInputs({ checks: checksOf(checks), quantities: quantitiesOf(values) })).score.verdict];
}

describe('the score', () => {
  it('lies within 0..100 and within its own interval, and confidence within 0..1', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const { gemScore, confidence } = scoreScan(inputs).score;
        const [low, high] = gemScore.interval;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(gemScore.value).toBeGreaterThanOrEqual(low);
        expect(gemScore.value).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(100);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }),
    );
  });

  /** Inputs of which more is better, in the range where no rule finds too much of them suspicious. */
  const rising: readonly [QuantityName, fc.Arbitrary<number>][] = [
    ['buys_24h', fc.integer({ min: 0, max: 100_000 })],
    ['holders', fc.integer({ min: 0, max: 10_000_000 })],
    ['liquidity_usd', fc.double({ min: 0, max: 100_000_000, noNaN: true })],
    ['sentiment_up_percent', fc.double({ min: 0, max: 100, noNaN: true })],
    ['lp_locked_fraction', share],
  ];
  const falling: readonly [QuantityName, fc.Arbitrary<number>][] = [
    ['top10_holder_fraction', share],
    ['owner_fraction', share],
    ['creator_fraction', share],
    ['buy_tax_fraction', share],
    ['sell_tax_fraction', share],
  ];

  it.each([
    ...rising.map(([name, amounts]) => [name, amounts, 'higher'] as const),
    ...falling.map(([name, amounts]) => [name, amounts, 'lower'] as const),
  ])('never falls when %s gets better', (name, amounts, better) => {
    const value = (amount: number) =>
      scoreScan(scoreInputs({ quantities: quantitiesOf({ ...goodValues, [name]: amount }) })).score.gemScore.value;
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const [less, more] = [value(Math.min(a, b)), value(Math.max(a, b))];
        const gain = better === 'higher' ? more - less : less - more;
        expect(gain).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  it('never falls when an unknown quantity turns out, except by a finding it brings', () => {
    fc.assert(
      fc.property(anyInputs, fc.constantFrom(...names), (inputs, name) => {
        const without = inputs.quantities.map((quantity) =>
          quantity.name === name ? (quantitiesOf({}).find((each) => each.name === name) ?? quantity) : quantity,
        );
        const known = scoreScan({ ...inputs, lastGood: [] }).score;
        const unknown = scoreScan({ ...inputs, lastGood: [], quantities: without }).score;
        // Supplies and watchers choose between two ways to the same part, which is not a matter of knowing more.
        fc.pre(!['holders', 'max_supply', 'total_supply', 'circulating_supply'].includes(name));
        fc.pre(known.findings.length === unknown.findings.length);
        expect(known.gemScore.value).toBeGreaterThanOrEqual(unknown.gemScore.value - 1e-9);
      }),
    );
  });
});

describe('what is not known', () => {
  /** Answered only by sources that have something to say: without it a token is judged by the rest. */
  const required = checkOrder.filter((name) => name !== 'genuine_token' && name !== 'on_trust_list');

  it('never counts as passed: an unknown check invites no more trust than a passed one and scores no more', () => {
    fc.assert(
      fc.property(anyChecks, anyValues, fc.constantFrom(...required), (checks, values, name) => {
        const passed = scoreInputs({
          checks: checksOf({ ...checks, [name]: 'pass' }),
          quantities: quantitiesOf(values),
        });
        const unknown = scoreInputs({
          checks: checksOf({ ...checks, [name]: 'unknown' }),
          quantities: quantitiesOf(values),
        });
        const [a, b] = [scoreScan(passed).score, scoreScan(unknown).score];
        expect(trust[b.verdict]).toBeLessThanOrEqual(trust[a.verdict]);
        expect(b.gemScore.value).toBeLessThanOrEqual(a.gemScore.value + 1e-9);
        expect(b.confidence).toBeLessThanOrEqual(a.confidence + 1e-9);
      }),
    );
  });

  it('never makes a gem: a token with any required check removed is none, whatever the check said', () => {
    fc.assert(
      fc.property(anyChecks, fc.constantFrom(...required), (checks, name) => {
        expect(verdict({ ...checks, [name]: 'unknown' })).toBeLessThan(trust.gem);
      }),
    );
    for (const name of required) expect(verdict({ ...allPass, [name]: 'unknown' })).toBeLessThan(trust.gem);
  });

  it('is not even watched when the check is essential', () => {
    for (const name of ['not_honeypot', 'can_sell_all', 'source_verified'] as const) {
      fc.assert(
        fc.property(anyChecks, anyValues, (checks, values) => {
          expect(verdict({ ...checks, [name]: 'unknown' }, values)).toBe(0);
        }),
      );
    }
  });

  it('never makes a gem of a token whose liquidity, taxes or holders nobody told, and leaves room for what they hide', () => {
    const measures = ['liquidity_usd', 'buy_tax_fraction', 'sell_tax_fraction', 'top10_holder_fraction'] as const;
    const worst = { liquidity_usd: 0, buy_tax_fraction: 1, sell_tax_fraction: 1, top10_holder_fraction: 1 };
    for (const name of measures) {
      const of = (value: number | undefined) =>
        scoreScan(scoreInputs({ quantities: quantitiesOf({ ...goodValues, [name]: value }) })).score;
      const [unknown, bad] = [of(undefined), of(worst[name])];
      expect(trust[unknown.verdict]).toBe(trust.watch);
      expect(unknown.gemScore.interval[0]).toBeLessThanOrEqual(bad.gemScore.value + 1e-9);
    }
  });

  it('leaves the interval open down to the score without contract safety', () => {
    const { gemScore, features } = scoreScan(
      scoreInputs({ checks: checksOf({ ...allPass, not_proxy: 'unknown' }) }),
    ).score;
    const safety = features.find((feature) => feature.name === 'contract_safety');
    const points = safety?.state === 'known' ? safety.contribution : 0;
    expect(gemScore.interval[0]).toBeLessThanOrEqual(gemScore.value - points + 1e-9);
  });
});

describe('re-scoring', () => {
  const asScan = (inputs: ScoreInputs): ScoredScan => ({
    id: 'scan',
    status: 'success',
    startedAtMs: nowMs,
    finishedAtMs: nowMs,
    traceId: null,
    calls: [],
    issues: [],
    missing: [],
    ...inputs,
    ...scoreScan(inputs).score,
  });

  it('gives the same bits after a way through JSON', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const stored = JSON.stringify(asScan(inputs));
        expect(JSON.stringify(rescore(JSON.parse(stored)))).toBe(stored);
      }),
    );
  });

  it('refuses a scan of another model rather than give it another score', () => {
    const scan = asScan(scoreInputs());
    const other = { ...scan, gemScore: { ...scan.gemScore, modelVersion: '0.9.0' } };
    expect(() => rescore(other)).toThrow(/was scored by model 0\.9\.0/);
  });
});

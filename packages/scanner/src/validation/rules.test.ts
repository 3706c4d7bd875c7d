import type { Quantity, QuantityName, Reading } from '@autotrader/sources';
import { describe, expect, it } from 'vitest';
import { fresh, from, hourMs, nowMs, quantitiesOf } from '../testing/samples.ts';
import { crossFieldRules } from './cross-field-rules.ts';
import { finiteRule } from './finite-rule.ts';
import { freshnessRule } from './freshness-rule.ts';
import { checkHolders } from './monotonic-rule.ts';
import { notNullRule } from './not-null-rule.ts';
import { rangeRule } from './range-rule.ts';
import type { KnownReading, ReadingRule } from './rule.ts';

function known(reading: Reading<Quantity>): KnownReading {
  if (reading.state === 'missing') throw new TypeError('expected a reading with a value');
  return reading;
}

function verdict(rule: ReadingRule, name: QuantityName, reading: Reading<Quantity>): string {
  return rule.check(name, known(reading), nowMs)?.severity ?? 'kept';
}

describe('the finite rule', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d', (value) => {
    expect(verdict(finiteRule, 'holders', fresh(value))).toBe('error');
  });

  it('keeps an ordinary number', () => {
    expect(verdict(finiteRule, 'holders', fresh(5.5e-24))).toBe('kept');
  });
});

describe('the not-null rule', () => {
  it.each([[null], [{}], [{ value: null, raw: '' }], [{ value: undefined, raw: '' }]])('refuses %j', (value) => {
    const reading = { state: 'fresh', value: value as unknown as Quantity, from: from() } as const;
    expect(verdict(notNullRule, 'holders', reading)).toBe('error');
  });

  it('keeps zero', () => {
    expect(verdict(notNullRule, 'sells_24h', fresh(0))).toBe('kept');
  });
});

describe('the range rule', () => {
  it.each<[QuantityName, number, string]>([
    ['price_usd', 0, 'error'],
    ['price_usd', 5.5e-24, 'kept'],
    ['market_cap_usd', 0, 'error'],
    ['circulating_supply', 0, 'error'],
    ['volume_24h_usd', 0, 'kept'],
    ['volume_24h_usd', -1, 'error'],
    ['liquidity_usd', -0.01, 'error'],
    ['sells_24h', 0, 'kept'],
    ['sentiment_up_percent', 101, 'error'],
    ['top10_holder_fraction', 1.000_000_1, 'kept'],
    ['top10_holder_fraction', 1.5, 'error'],
    ['sell_tax_fraction', -0.1, 'error'],
    ['price_change_24h_percent', -100.5, 'error'],
  ])('%s of %d is %s', (name, value, expected) => {
    expect(verdict(rangeRule, name, fresh(value))).toBe(expected);
  });
});

describe('the freshness rule', () => {
  it.each<[QuantityName, number, string]>([
    ['liquidity_usd', 5 * hourMs, 'kept'],
    ['liquidity_usd', 6 * hourMs + 1, 'error'],
    ['holders', 71 * hourMs, 'kept'],
    ['holders', 73 * hourMs, 'error'],
    ['sentiment_up_percent', 167 * hourMs, 'kept'],
    ['price_usd', -60_000, 'kept'],
    ['price_usd', -hourMs, 'warning'],
  ])('%s of age %d ms is %s', (name, age, expected) => {
    expect(verdict(freshnessRule, name, fresh(1, 'coingecko', age))).toBe(expected);
  });

  it('refuses a time that is no time', () => {
    const reading = { ...known(fresh(1)), from: { ...from(), observedAtMs: Number.NaN } };
    expect(verdict(freshnessRule, 'price_usd', reading)).toBe('error');
  });
});

describe('the cross-field rules', () => {
  const broken = (values: Partial<Record<QuantityName, number>>) =>
    crossFieldRules.flatMap((rule) => {
      const found = rule.check((name) => values[name]);
      return found === null ? [] : [`${found.name} ${found.refusal?.severity}`];
    });

  it.each([
    [{ circulating_supply: 102, total_supply: 100 }, ['circulating_supply error']],
    [{ circulating_supply: 100.9, total_supply: 100 }, []],
    [{ total_supply: 200, max_supply: 100 }, ['total_supply warning']],
    [{ market_cap_usd: 102, fdv_usd: 100 }, ['market_cap_usd warning']],
    [{ owner_fraction: 0.5, top10_holder_fraction: 0.2 }, ['owner_fraction warning']],
    [{ price_usd: 1, circulating_supply: 100, market_cap_usd: 150 }, ['market_cap_usd warning']],
    [{ price_usd: 1, circulating_supply: 100, market_cap_usd: 110 }, []],
    [{ buys_24h: 5, sells_24h: 5, dex_volume_24h_usd: 0 }, ['dex_volume_24h_usd warning']],
    [{ buys_24h: 0, sells_24h: 0, dex_volume_24h_usd: 0 }, []],
    [{ fdv_usd: 100 }, []],
  ])('%j breaks %j', (values, expected) => {
    expect(broken(values)).toEqual(expected);
  });
});

describe('the monotonic rule', () => {
  it.each([
    [100, 79, 'warning'],
    [100, 80, 'kept'],
    [100, 500, 'kept'],
  ])('holders from %d to %d are %s', (before, after, expected) => {
    const refusal = checkHolders(quantitiesOf({ holders: after }), quantitiesOf({ holders: before }));
    expect(refusal?.severity ?? 'kept').toBe(expected);
  });

  it('says nothing when one side is not known', () => {
    expect(checkHolders(quantitiesOf({}), quantitiesOf({ holders: 9 }))).toBeNull();
    expect(checkHolders(quantitiesOf({ holders: 1 }), [])).toBeNull();
  });
});

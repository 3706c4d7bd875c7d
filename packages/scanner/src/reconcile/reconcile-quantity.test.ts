import { describe, expect, it } from 'vitest';
import { fresh, gone, stale } from '../testing/samples.ts';
import { isDisputed, reconcileQuantity } from './reconcile-quantity.ts';

describe('reconciling a quantity', () => {
  it('keeps every reading and takes the one of the first source in its order', () => {
    const readings = [fresh(2, 'dexscreener'), fresh(2.02, 'coingecko')];
    const reconciled = reconcileQuantity('price_usd', readings);
    expect(reconciled.readings).toEqual(readings);
    expect(reconciled.chosen).toEqual(readings[1]);
  });

  it('asks the pools first for what only pools know, and the chain first for holders', () => {
    const both = [fresh(1, 'coingecko'), fresh(2, 'dexscreener'), fresh(3, 'goplus')];
    expect(reconcileQuantity('liquidity_usd', both).chosen).toEqual(both[1]);
    expect(reconcileQuantity('holders', both).chosen).toEqual(both[2]);
  });

  it('prefers a fresh value of a lesser source to a stale one of a better source', () => {
    const readings = [stale(1, 'coingecko', 60_000), fresh(2, 'goplus')];
    expect(reconcileQuantity('price_usd', readings).chosen).toEqual(readings[1]);
  });

  it('prefers a stale value to none', () => {
    const readings = [gone('network', 'coingecko'), stale(1, 'dexscreener', 60_000)];
    expect(reconcileQuantity('price_usd', readings).chosen).toEqual(readings[1]);
  });

  it('puts a source it does not know last', () => {
    const readings = [fresh(1, 'somebody'), fresh(2, 'goplus')];
    expect(reconcileQuantity('price_usd', readings).chosen).toEqual(readings[1]);
  });

  it('is missing and says so when nobody was asked', () => {
    expect(reconcileQuantity('holders', []).chosen).toMatchObject({ state: 'missing', reason: 'not_asked' });
  });

  it('has no disagreement with fewer than two answers', () => {
    expect(reconcileQuantity('price_usd', [fresh(1), gone('network')])).not.toHaveProperty('disagreement');
  });

  it.each([
    [[100, 94], 0.06, true],
    [[100, 96], 0.04, false],
    [[0, 0], 0, false],
    [[0, 5], 1, true],
  ])('measures %j as %d', (values, expected, disputed) => {
    const reconciled = reconcileQuantity(
      'price_usd',
      values.map((value) => fresh(value)),
    );
    expect(reconciled.disagreement).toBeCloseTo(expected, 12);
    expect(isDisputed(reconciled)).toBe(disputed);
  });

  it('does not dispute what sources count differently by design', () => {
    expect(isDisputed(reconcileQuantity('fdv_usd', [fresh(1), fresh(1_000)]))).toBe(false);
  });
});

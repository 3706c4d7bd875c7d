import { describe, expect, it } from 'vitest';
import { featureFacts } from '../testing/samples.ts';
import { accumulationScore, netInflowUsd } from './accumulation-score.ts';

describe('accumulation score', () => {
  it.each([
    [1_000_000, 60, 40, 200_000],
    [1_000_000, 40, 60, -200_000],
    [1_000_000, 50, 50, 0],
    [1_000_000, 0, 0, 0],
  ])('of %d USD with %d buys and %d sells is %d USD', (volume, buys, sells, expected) => {
    expect(netInflowUsd(volume, buys, sells)).toBeCloseTo(expected, 6);
  });

  it('gives nothing for balance and for net selling', () => {
    const value = (buys: number, sells: number) =>
      accumulationScore.parts(featureFacts({ dex_volume_24h_usd: 5e6, buys_24h: buys, sells_24h: sells }))[0];
    expect(value(50, 50)).toMatchObject({ state: 'known', value: 0 });
    expect(value(10, 90)).toMatchObject({ state: 'known', value: 0 });
  });

  it('is full at a million dollars of net buying', () => {
    const facts = featureFacts({ dex_volume_24h_usd: 5e6, buys_24h: 60, sells_24h: 40 });
    expect(accumulationScore.parts(facts)).toMatchObject([{ state: 'known', value: 1 }]);
  });

  it('is missing, with the names of its inputs, when one of them is', () => {
    const [part] = accumulationScore.parts(featureFacts({ buys_24h: 1, sells_24h: 1 }));
    expect(part?.state).toBe('missing');
    expect(part?.inputs.filter((input) => input.value === null).map((input) => input.name)).toEqual([
      'dex_volume_24h_usd',
    ]);
  });
});

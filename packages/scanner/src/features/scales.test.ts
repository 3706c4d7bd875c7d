import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ScaleName, scales, toScale } from './scales.ts';

const names = Object.keys(scales) as ScaleName[];
const amount = fc.double({ min: 0, max: 1e12, noNaN: true });

describe('scales', () => {
  it.each(names)('%s stays within 0..1 for any amount', (name) => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const scaled = toScale(name, value);
        return scaled >= 0 && scaled <= 1;
      }),
    );
  });

  it.each(names)('%s is full where it says and moves in one direction only', (name) => {
    const scale = scales[name];
    expect(toScale(name, scale.fullAt)).toBeCloseTo(1, 12);
    const rising = scale.kind === 'log' || scale.fullAt > scale.zeroAt;
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [less, more] = [toScale(name, Math.min(a, b)), toScale(name, Math.max(a, b))];
        return rising ? less <= more : less >= more;
      }),
    );
  });

  it('puts nothing at 0 and never below', () => {
    expect(toScale('net_inflow', 0)).toBe(0);
    expect(toScale('net_inflow', -5_000_000)).toBe(0);
  });

  it('tells small amounts apart that a linear scale would not', () => {
    expect(toScale('liquidity', 50_000)).toBeCloseTo(0.288, 3);
    expect(toScale('liquidity', 500_000)).toBeCloseTo(0.632, 3);
  });
});

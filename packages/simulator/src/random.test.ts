import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNoise, createStream, shuffled } from './random.ts';

describe('createStream', () => {
  it('gives the same numbers for the same seed and label, and others for another label', () => {
    const take = (label: string) => Array.from({ length: 20 }, createStream(7, label).next);
    expect(take('a')).toEqual(take('a'));
    expect(take('a')).not.toEqual(take('b'));
  });

  it('stays within the bounds asked for', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string(),
        fc.integer({ min: -50, max: 50 }),
        fc.nat(100),
        (seed, label, lo, span) => {
          const stream = createStream(seed, label);
          const whole = stream.integer(lo, lo + span);
          const real = stream.between(lo, lo + span + 1);
          expect(Number.isInteger(whole) && whole >= lo && whole <= lo + span).toBe(true);
          expect(real >= lo && real < lo + span + 1).toBe(true);
        },
      ),
    );
  });

  it('spreads evenly over its range, from the first number of every stream', () => {
    const counts = new Array<number>(10).fill(0);
    for (let index = 0; index < 20_000; index += 1) {
      const bucket = Math.floor(createStream(1, `stream/${index}`).next() * 10);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(1_800);
  });

  it('keeps the numbers of the first version, since seeds are written down', () => {
    expect(Array.from({ length: 3 }, createStream(1, 'golden').next)).toMatchInlineSnapshot(`
      [
        0.007082604570314288,
        0.25875604385510087,
        0.3903995123691857,
      ]
    `);
  });
});

describe('createNoise', () => {
  it('stays between −1 and 1 and has no jumps', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 4e12 }), (seed, timeMs) => {
        const noise = createNoise(seed, 'price');
        const here = noise(timeMs, 3_600_000);
        expect(Math.abs(here)).toBeLessThanOrEqual(1);
        expect(Math.abs(noise(timeMs + 60_000, 3_600_000) - here)).toBeLessThan(0.06);
      }),
    );
  });
});

describe('shuffled', () => {
  it('keeps every element', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer()), (seed, list) => {
        expect([...shuffled(list, createStream(seed, 'deck'))].sort()).toEqual([...list].sort());
      }),
    );
  });
});

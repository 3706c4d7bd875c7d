import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestNames } from './nearest-name.ts';

describe('nearest names', () => {
  it('are best first and at most three', () => {
    expect(nearestNames('LINKK', ['UNI', 'LINK', 'LINE', 'ETH', 'LINA'])).toEqual(['LINK', 'LINA', 'LINE']);
  });

  it('are none where nothing is close', () => {
    expect(nearestNames('ZZZZZZ', ['UNI', 'LINK'])).toEqual([]);
  });

  it('are always known names, and a known name is its own nearest', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.array(fc.stringMatching(/^[A-Z]{1,10}$/), { maxLength: 20 }),
        (asked, known) => {
          for (const name of nearestNames(asked, known)) expect(known).toContain(name);
          for (const name of known) expect(nearestNames(name, known)[0]).toBe(name);
        },
      ),
    );
  });

  it('end soon for a megabyte of name', () => {
    expect(nearestNames('A'.repeat(1_000_000), ['UNI'])).toEqual([]);
  });
});

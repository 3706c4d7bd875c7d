import fc from 'fast-check';
import { expect, it } from 'vitest';
import { excerpt } from './excerpt.ts';

it('shows at most 200 characters on one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      const shown = excerpt(text);
      expect(shown.length).toBeLessThanOrEqual(200);
      expect([...shown].every((character) => character >= ' ')).toBe(true);
    }),
  );
});

it('never shows a secret, wherever it stands', () => {
  const secret = 'CG-abcdefghijklmnopqrstuvwx';
  fc.assert(
    fc.property(fc.nat(400), fc.nat(400), (before, after) => {
      const shown = excerpt(`${'a'.repeat(before)}${secret}${'b'.repeat(after)}`, [secret]);
      expect(shown).not.toContain(secret.slice(0, 12));
    }),
  );
});

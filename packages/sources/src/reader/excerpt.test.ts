import fc from 'fast-check';
import { expect, it } from 'vitest';
import { excerpt } from './excerpt.ts';

it('shows at most 200 characters on one line', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const shown = excerpt(Buffer.from(bytes).toString('latin1'));
      expect(shown.length).toBeLessThanOrEqual(200);
      expect([...shown].every((character) => character >= ' ')).toBe(true);
    }),
    { numRuns: 50 },
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

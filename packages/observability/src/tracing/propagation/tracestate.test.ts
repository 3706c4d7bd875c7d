import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitTracestate } from './tracestate.ts';

it('passes on what is within the limit as it came', () => {
  expect(fitTracestate('rojo=1, congo=2')).toBe('rojo=1, congo=2');
  expect(fitTracestate('x'.repeat(512))).toHaveLength(512);
});

it('drops long members first, then the last', () => {
  const long = `long=${'x'.repeat(200)}`;
  const short = Array.from({ length: 40 }, (_, index) => `k${index}=${'v'.repeat(10)}`);
  expect(fitTracestate([short[0], long, ...short.slice(1, 25)].join(','))).toBe(short.slice(0, 25).join(','));
  const fitted = fitTracestate(short.join(','));
  expect(short.join(',').startsWith(fitted)).toBe(true);
  expect(fitted.length).toBeGreaterThan(490);
});

it('is never longer than allowed, nor does it make up members', () => {
  const member = fc.string({ minLength: 1, maxLength: 300 }).map((text) => text.replaceAll(',', '.'));
  fc.assert(
    fc.property(fc.array(member, { maxLength: 60 }), (members) => {
      const fitted = fitTracestate(members.join(','));
      expect(fitted.length).toBeLessThanOrEqual(512);
      if (fitted !== '') expect(members).toEqual(expect.arrayContaining(fitted.split(',')));
    }),
  );
  expect(fitTracestate('x'.repeat(10_000_000))).toBe('');
});

import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spanKey } from './registered-api.ts';
import { insideSpan } from './span-scope.ts';

const makeSpan = (spanId: string): Span => trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId, traceFlags: 1 });
const keys = [Symbol.for('a'), Symbol.for('b'), spanKey];

it('is what the API itself would have made, whatever is set and deleted', () => {
  const step = fc.record({
    how: fc.constantFrom('set', 'delete', 'span'),
    key: fc.constantFrom(...keys),
    value: fc.constantFrom('1'.repeat(16), '2'.repeat(16), '3'.repeat(16)),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let ours: Context = ROOT_CONTEXT;
      let theirs: Context = ROOT_CONTEXT;
      for (const { how, key, value } of steps) {
        const before = ours.getValue(key);
        const span = makeSpan(value);
        const last = ours;
        if (how === 'span') [ours, theirs] = [insideSpan(ours, span), trace.setSpan(theirs, span)];
        if (how === 'set') [ours, theirs] = [ours.setValue(key, value), theirs.setValue(key, value)];
        if (how === 'delete') [ours, theirs] = [ours.deleteValue(key), theirs.deleteValue(key)];
        expect(last.getValue(key)).toBe(before);
        for (const one of keys) expect(ours.getValue(one)).toBe(theirs.getValue(one));
        expect(trace.getSpan(ours)).toBe(trace.getSpan(theirs));
      }
    }),
  );
});

it('does not grow with the depth of operations', () => {
  let context: Context = ROOT_CONTEXT;
  for (let depth = 0; depth < 100_000; depth += 1) context = insideSpan(context, makeSpan('1'.repeat(16)));
  expect(context.getValue(Symbol.for('other'))).toBeUndefined();
});

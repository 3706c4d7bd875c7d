import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTraceparent, toTraceparent } from './traceparent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

it('reads the standard form and writes it again', () => {
  const header = `00-${traceId}-${spanId}-01`;
  const context = parseTraceparent(header);
  expect(context).toEqual({ traceId, spanId, traceFlags: 1, isRemote: true });
  expect(context && toTraceparent(context)).toBe(header);
});

it.each([
  [`00-${traceId}-${spanId}-00`, 0],
  [`00-${traceId}-${spanId}-ff`, 1],
  [`cc-${traceId}-${spanId}-01-what-the-future-adds`, 1],
])('reads of %s the sampled flag %i', (header, flags) => {
  expect(parseTraceparent(header)?.traceFlags).toBe(flags);
});

it.each([
  '',
  'nonsense',
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01-more`,
  `ff-${traceId}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}-0x`,
  `00-${traceId}-${spanId}-01${' '.repeat(1_000)}`,
])('finds no parent in %j', (header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});

it('never throws', () => {
  fc.assert(fc.property(fc.anything(), (header) => void parseTraceparent(header)));
});

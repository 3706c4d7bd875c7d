import { describe, expect, it } from 'vitest';
import { reconcileQuantity } from '../reconcile/reconcile-quantity.ts';
import { featureFacts, fresh, gone, hourMs, nowMs } from '../testing/samples.ts';
import { combineParts, type Part, partOf } from './feature-parts.ts';

const time = { scoredAtMs: nowMs, deadlineMs: 6 * hourMs };

function known(weight: number, value: number, ageMs = 0): Part {
  return { state: 'known', weight, value, observedAtMs: nowMs - ageMs, inputs: [] };
}

function missing(weight: number, mayReturn = false): Part {
  const input = { name: 'holders', value: null, source: 'goplus', ageMs: null, reason: 'network' };
  return { state: 'missing', weight, mayReturn, inputs: [input] };
}

describe('combining parts', () => {
  it('adds nothing for a missing part and does not stretch the others over it', () => {
    expect(combineParts([known(0.4, 1), missing(0.6)], time)).toMatchObject({ raw: 0.4, completeness: 0.4 });
  });

  it('is as old as its oldest part', () => {
    const combined = combineParts([known(0.5, 1, hourMs), known(0.5, 1, 3 * hourMs)], time);
    expect(combined).toMatchObject({ recency: 0.5, observedAtMs: nowMs - 3 * hourMs });
  });

  it('has no recency left at the deadline', () => {
    expect(combineParts([known(1, 1, 6 * hourMs)], time)).toMatchObject({ recency: 0 });
    expect(combineParts([known(1, 1, 60 * hourMs)], time)).toMatchObject({ recency: 0 });
  });

  it('takes a value from the future as new, not as better than new', () => {
    expect(combineParts([known(1, 1, -hourMs)], time)).toMatchObject({ recency: 1 });
  });

  it('is missing when all parts are, and says what was wanted and why it is not there', () => {
    expect(combineParts([missing(0.5), missing(0.5, true)], time)).toMatchObject({
      state: 'missing',
      reason: 'holders from goplus: network; holders from goplus: network',
      mayReturn: true,
    });
  });
});

describe('a part of quantities', () => {
  const facts = featureFacts(
    {},
    {
      quantities: [
        reconcileQuantity('buys_24h', [fresh(3, 'dexscreener', hourMs)]),
        reconcileQuantity('sells_24h', [gone('network')]),
        reconcileQuantity('holders', [gone('no_record')]),
      ],
    },
  );

  it('carries each input with source and age', () => {
    const part = partOf(facts, { weight: 1, names: ['buys_24h'], value: (buys = 0) => buys / 10 });
    expect(part).toMatchObject({
      state: 'known',
      value: 0.3,
      inputs: [{ name: 'buys_24h', value: 3, source: 'dexscreener', ageMs: hourMs }],
    });
  });

  it('may take an earlier value only when we could not ask, not when the source said there is nothing', () => {
    const part = (name: 'sells_24h' | 'holders') => partOf(facts, { weight: 1, names: [name], value: () => 1 });
    expect(part('sells_24h')).toMatchObject({ state: 'missing', mayReturn: true });
    expect(part('holders')).toMatchObject({ state: 'missing', mayReturn: false });
  });
});

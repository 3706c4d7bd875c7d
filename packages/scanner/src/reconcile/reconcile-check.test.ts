import { describe, expect, it } from 'vitest';
import { said, unsaid } from '../testing/samples.ts';
import { isContradicted, reconcileCheck } from './reconcile-check.ts';

describe('reconciling a check', () => {
  it('lets a fail outweigh a pass and keeps both', () => {
    const entry = reconcileCheck('not_honeypot', [said('pass', 'a'), said('fail', 'b')]);
    expect(entry.check).toEqual(said('fail', 'b'));
    expect(entry.readings).toHaveLength(2);
    expect(isContradicted(entry)).toBe(true);
  });

  it('lets any answer outweigh none', () => {
    const entry = reconcileCheck('can_buy', [unsaid(), said('pass', 'b')]);
    expect(entry.check.state).toBe('pass');
    expect(isContradicted(entry)).toBe(false);
  });

  it('is unknown, never pass, when nobody was asked', () => {
    expect(reconcileCheck('can_buy', [])).toEqual({
      name: 'can_buy',
      check: expect.objectContaining({ state: 'unknown', reason: 'not_asked' }),
    });
  });
});

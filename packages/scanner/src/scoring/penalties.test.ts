import { describe, expect, it } from 'vitest';
import type { Severity } from '../scan-result.ts';
import { capsFor } from './penalties.ts';

function caps(code: string, severity: Severity): Readonly<Record<string, number>> {
  const finding = { code, severity, message: '', evidence: '', source: '' };
  return Object.fromEntries(capsFor([finding]).map(({ feature, atMost }) => [feature, atMost]));
}

describe('penalties', () => {
  it.each<[string, Severity, Record<string, number>]>([
    ['honeypot', 'critical', { contract_safety: 0 }],
    ['hidden_owner', 'high', { contract_safety: 0 }],
    ['owner_can_pause', 'medium', { contract_safety: 0.4 }],
    ['proxy', 'low', { contract_safety: 0.7 }],
    ['owner_can_mint', 'medium', { contract_safety: 0.4, tokenomics_risk: 0.4 }],
    ['owner_can_mint', 'low', { contract_safety: 0.7 }],
    ['thin_liquidity', 'medium', { liquidity_depth: 0.3 }],
    ['thin_liquidity', 'high', { contract_safety: 0, liquidity_depth: 0.3 }],
    ['buys_without_sells', 'high', { contract_safety: 0, accumulation_score: 0 }],
    ['fake_liquidity', 'low', {}],
    ['liquidity_not_locked', 'medium', {}],
    ['holder_concentration', 'medium', {}],
    ['holder_concentration', 'high', { contract_safety: 0 }],
    ['sources_disagree_on_price', 'medium', {}],
  ])('of %s (%s) are %j', (code, severity, expected) => {
    expect(caps(code, severity)).toEqual(expected);
  });
});

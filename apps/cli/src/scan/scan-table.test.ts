import type { ScanView } from '@autotrader/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPrintable } from '../terminal/printable.ts';
import { toFooter, toGaps } from './scan-footer.ts';
import { toScore, toTable } from './scan-table.ts';

function base(symbol: string) {
  return {
    id: `id-${symbol}`,
    token: { symbol, name: null, chain: null, address: null, coingecko_id: null },
    started_at: '2026-01-02T03:04:05.000Z',
    finished_at: '2026-01-02T03:04:06.000Z',
    trace_id: null,
    missing: [] as string[],
    calls: [],
  };
}

function scored(symbol: string, over: Partial<Extract<ScanView, { status: 'success' }>> = {}): ScanView {
  return {
    ...base(symbol),
    status: 'success',
    gem_score: { value: 54.4, low: 41.2, high: 67.8, model_version: '1.0.0' },
    confidence: 0.815,
    verdict: 'watch',
    reason: 'Score 54: liquidity is deep, but the narrative is quiet and nothing was bought for a week.',
    flags: [],
    findings: [],
    features: [],
    quantities: [],
    checks: [],
    narrative: null,
    safety: 'assessed',
    issues: [],
    last_good: [],
    scored_at: '2026-01-02T03:04:06.000Z',
    ...over,
  };
}

function failed(symbol: string, missing: string[] = []): ScanView {
  return {
    ...base(symbol),
    status: 'failure',
    error: { code: 'SCAN_NOTHING_USABLE', type: 'nothing_usable', message: 'no source answered' },
    missing,
  };
}

const plain = { color: false };
const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

describe('toTable', () => {
  it('shows score with its interval, verdict, confidence and flags', () => {
    const text = toTable([scored('PEPE', { verdict: 'avoid', flags: ['honeypot', 'fake_liquidity'] })], {
      ...plain,
      columns: 140,
    });
    expect(text).toMatch(/SYMBOL\s+VERDICT\s+SCORE\s+CONFIDENCE\s+FLAGS\s+REASON/);
    expect(text).toMatch(/PEPE\s+avoid\s+54 \(41–68\)\s+0\.8[12]\s+honeypot,\s+fake_liquidity/);
  });

  it.each([
    ['assessed', 'none found'],
    ['unknown', 'safety unknown'],
    ['not_applicable', 'not applicable'],
  ] as const)('says of no flags with safety %s: %s', (safety, says) => {
    expect(toTable([scored('PEPE', { safety })], { ...plain, columns: 140 })).toContain(says);
  });

  it('says "–" and not 0 for a token that has no score', () => {
    const text = toTable([failed('RUG')], { ...plain, columns: 140 });
    expect(text).toMatch(/RUG\s+failed\s+–\s+–\s+–\s+no source answered/);
  });

  it('says of a token without a score what could not be asked and why', () => {
    const text = toTable([failed('RUG', ['coingecko coin: network', 'goplus token_security: rate_limited'])], {
      ...plain,
      columns: 80,
    });
    expect(text).toContain('  coingecko coin: network; goplus token_security: rate_limited');
  });

  it.each([64, 80, 100, 118, 160, 300])('is no wider than a terminal of %i columns', (columns) => {
    const scans = [
      scored('A'),
      scored('LONGSYMBOLNAME', { flags: ['owner_can_change_balances', 'honeypot'] }),
      failed('C'),
    ];
    expect(widest(toTable(scans, { ...plain, columns }))).toBeLessThanOrEqual(columns);
  });

  it('puts the reason below its row where the terminal is narrow', () => {
    const lines = toTable([scored('PEPE')], { ...plain, columns: 80 }).split('\n');
    expect(lines[0]).not.toContain('REASON');
    expect(lines[2]).toMatch(/^ {2}Score 54/);
    expect(lines[3]).toMatch(/^ {2}\S/);
  });

  it('colours only when it may', () => {
    expect(toTable([scored('PEPE')], { color: true, columns: 140 })).toContain('\u001b[');
    expect(toTable([scored('PEPE')], { color: false, columns: 140 })).not.toContain('\u001b[');
  });

  it('shows text from outside without its control characters', () => {
    const text = toTable([scored('\u001b[31mX\u0007', { reason: 'a\u001b]0;owned\u0007b\u202e' })], {
      ...plain,
      columns: 140,
    });
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });
});

describe('toPrintable', () => {
  it('leaves no control character in any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => !/\p{Cc}/u.test(toPrintable(text))));
  });
});

describe('toScore', () => {
  it('rounds to whole points', () => {
    expect(toScore({ value: 54.4, low: 41.2, high: 67.8 })).toBe('54 (41–68)');
  });
});

describe('toFooter', () => {
  it('counts every outcome and says that this is no advice', () => {
    const text = toFooter({
      market: 'simulated',
      as_of: '2026-01-02T03:04:05.000Z',
      model_version: '1.0.0',
      scans: [scored('A'), scored('B', { verdict: 'gem' }), scored('C', { verdict: 'insufficient_data' }), failed('D')],
    });
    expect(text).toContain('4 tokens · 1 gem · 1 watch · 1 insufficient data · 1 failed');
    expect(text).toContain('simulated market as of 2026-01-02T03:04:05.000Z, model 1.0.0');
    expect(text).toContain('not financial advice');
    expect(text).not.toContain('Not known');
  });

  it('names what was missing once, with its reason and the tokens that lack it', () => {
    const limited = 'goplus token_security: rate_limited';
    const scans = [scored('A', { missing: [limited] }), failed('B', [limited, 'coingecko coin: network']), scored('C')];
    expect(toGaps(scans)).toEqual([`${limited} (A, B)`, 'coingecko coin: network (B)']);
  });

  it('shortens a long list of tokens', () => {
    const scans = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((s) => failed(s, s === 'H' ? [] : ['x y: network']));
    expect(toGaps(scans)).toEqual(['x y: network (A, B, C, D, E, F and 1 more)']);
    expect(toGaps(scans.slice(0, 7))).toEqual(['x y: network (all 7)']);
  });
});

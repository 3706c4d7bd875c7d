import { describe, expect, it } from 'vitest';
import { fresh, from, gone, hourMs, nowMs, reportOf, said } from '../testing/samples.ts';
import { validateReport } from './validate-report.ts';

describe('validating a report', () => {
  it('passes values that keep every rule and says which', () => {
    const report = reportOf('dexscreener', { quantities: { price_usd: fresh(2), holders: fresh(10) } });
    const validated = validateReport(report, nowMs);
    expect(validated).toEqual({ report, issues: [], passed: ['price_usd', 'holders'] });
  });

  it('drops a value that breaks a rule, keeps the reason with it, and leaves the original report alone', () => {
    const report = reportOf('dexscreener', { quantities: { price_usd: fresh(-1) } });
    const validated = validateReport(report, nowMs);
    expect(validated.report.quantities.price_usd).toMatchObject({
      state: 'missing',
      reason: 'schema',
      detail: 'dropped: expected above 0 and at most 1000000000000000, got -1',
    });
    expect(validated.issues).toMatchObject([{ name: 'price_usd', rule: 'range', severity: 'error' }]);
    expect(validated.passed).toEqual([]);
    expect(report.quantities.price_usd).toMatchObject({ state: 'fresh' });
  });

  it('reports each broken value once: a value dropped by one rule is not judged by the next', () => {
    const report = reportOf('dexscreener', {
      quantities: { price_usd: fresh(Number.NaN, 'dexscreener', 99 * hourMs) },
    });
    expect(validateReport(report, nowMs).issues.map((issue) => issue.rule)).toEqual(['finite']);
  });

  it('drops the circulating supply when it is above the total supply of the same source', () => {
    const quantities = { circulating_supply: fresh(200), total_supply: fresh(100) };
    const validated = validateReport(reportOf('coingecko', { quantities }), nowMs);
    expect(validated.report.quantities.circulating_supply?.state).toBe('missing');
    expect(validated.report.quantities.total_supply?.state).toBe('fresh');
  });

  it('keeps a value that only earned a warning', () => {
    const quantities = { market_cap_usd: fresh(200), fdv_usd: fresh(100) };
    const validated = validateReport(reportOf('coingecko', { quantities }), nowMs);
    expect(validated.issues).toMatchObject([{ name: 'market_cap_usd', rule: 'cross_field', severity: 'warning' }]);
    expect(validated.passed).toContain('market_cap_usd');
  });

  it('leaves what is missing missing, with its own reason', () => {
    const quantities = { holders: gone('rate_limited') };
    const validated = validateReport(reportOf('goplus', { quantities }), nowMs);
    expect(validated.report.quantities.holders).toEqual(gone('rate_limited'));
    expect(validated.issues).toEqual([]);
  });

  it('makes a check unknown that is older than three days', () => {
    const checks = { not_honeypot: said('pass', 'goplus', 73 * hourMs), can_buy: said('pass', 'goplus', hourMs) };
    const validated = validateReport(reportOf('goplus', { checks }), nowMs);
    expect(validated.report.checks.not_honeypot?.state).toBe('unknown');
    expect(validated.report.checks.can_buy?.state).toBe('pass');
  });

  it('drops texts that were read at a source more than seven days ago', () => {
    const texts = (ageMs: number) => ({
      ...reportOf('coingecko'),
      texts: {
        state: 'fresh',
        value: [{ kind: 'notice', text: 'Trading halted' }],
        from: from('coingecko', ageMs),
      } as const,
    });
    expect(validateReport(texts(168 * hourMs), nowMs).report.texts.state).toBe('fresh');
    expect(validateReport(texts(169 * hourMs), nowMs).report.texts).toMatchObject({
      state: 'missing',
      detail: 'dropped: older than seven days',
    });
  });
});

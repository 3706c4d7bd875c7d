import { describe, expect, it } from 'vitest';
import { compareScans } from './compare-scans.ts';
import type { ScoredScan } from './scan-result.ts';
import { scoreScan } from './scoring/score-scan.ts';
import { allPass, checksOf, goodValues, nowMs, quantitiesOf, scoreInputs } from './testing/samples.ts';

function scan(changes: Parameters<typeof scoreInputs>[0] = {}): ScoredScan {
  const inputs = scoreInputs(changes);
  const facts = { id: 'x', startedAtMs: nowMs, finishedAtMs: nowMs, traceId: null, calls: [], issues: [], missing: [] };
  return { ...facts, status: 'success', ...inputs, ...scoreScan(inputs).score };
}

describe('comparing two scans', () => {
  it('splits the change of the score by feature, without rest', () => {
    const before = scan();
    const quantities = quantitiesOf({ ...goodValues, holders: undefined, watchlist_users: undefined, buys_24h: 5_000 });
    const change = compareScans(before, scan({ quantities, scoredAtMs: nowMs + 60_000 }));
    expect(change.sinceMs).toBe(60_000);
    expect(change.features.reduce((sum, feature) => sum + feature.points, 0)).toBeCloseTo(change.points, 9);
    expect(change.features.find(({ name }) => name === 'community_growth')).toMatchObject({ after: null });
  });

  it('names findings that came and went', () => {
    const after = scan({ checks: checksOf({ ...allPass, not_proxy: 'fail' }) });
    expect(compareScans(scan(), after)).toMatchObject({ newFindings: ['proxy'], goneFindings: [] });
    expect(compareScans(after, scan())).toMatchObject({ newFindings: [], goneFindings: ['proxy'] });
  });
});

import type { Token } from '@autotrader/sources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailedScan, ScoredScan } from '../scan-result.ts';
import { scoreScan } from '../scoring/score-scan.ts';
import type { ScanStore } from '../store/scan-store.ts';
import { nowMs, scoreInputs } from './samples.ts';

const leaseMs = 30_000;

export function tokenOf(symbol: string): Token {
  return { symbol, contract: { chain: 'base', address: `0x${symbol.toLowerCase()}` } };
}

export function scoredScan(id: string, changes: Partial<ScoredScan> = {}): ScoredScan {
  const inputs = scoreInputs({ token: tokenOf('AAA'), ...changes });
  return {
    id,
    status: 'success',
    startedAtMs: nowMs - 2_000,
    finishedAtMs: nowMs,
    traceId: null,
    calls: [],
    issues: [],
    missing: [],
    ...inputs,
    ...scoreScan(inputs).score,
    ...changes,
  };
}

export function failedScan(id: string, changes: Partial<FailedScan> = {}): FailedScan {
  return {
    id,
    token: tokenOf('AAA'),
    status: 'failure',
    startedAtMs: nowMs - 2_000,
    finishedAtMs: nowMs,
    traceId: null,
    calls: [],
    error: { code: 'SCAN_NO_DATA', type: 'no_data', message: 'nothing' },
    missing: ['goplus sample: network'],
    ...changes,
  };
}

function asked(id: string, requestedAtMs = nowMs, symbol = 'AAA') {
  return { id, token: tokenOf(symbol), requestedAtMs, traceparent: null };
}

function describeQueue(store: () => ScanStore): void {
  it('hands out scans oldest first, in order of arrival within one moment, then none', async () => {
    await store().enqueue([asked('late', nowMs + 1), asked('b'), asked('a')]);
    const ids = [];
    for (let turn = 0; turn < 4; turn += 1) ids.push((await store().claim('w', nowMs, leaseMs))?.id);
    expect(ids).toEqual(['b', 'a', 'late', undefined]);
  });

  it('keeps token, time and trace of the asker, and counts attempts', async () => {
    await store().enqueue([{ ...asked('x'), traceparent: '00-a-b-01' }]);
    expect(await store().claim('w', nowMs, leaseMs)).toEqual({
      id: 'x',
      token: tokenOf('AAA'),
      requestedAtMs: nowMs,
      traceparent: '00-a-b-01',
      attempt: 1,
    });
    expect(await store().claim('w2', nowMs + leaseMs, leaseMs)).toMatchObject({ id: 'x', attempt: 2 });
  });

  it('gives a running scan to nobody else before its lease has run out', async () => {
    await store().enqueue([asked('x')]);
    await store().claim('w', nowMs, leaseMs);
    expect(await store().claim('w2', nowMs + leaseMs - 1, leaseMs)).toBeNull();
  });

  it('renews a lease for its holder only', async () => {
    await store().enqueue([asked('x')]);
    await store().claim('w', nowMs, leaseMs);
    expect(await store().renew('x', 'thief', nowMs, leaseMs)).toBe(false);
    expect(await store().renew('x', 'w', nowMs + 20_000, leaseMs)).toBe(true);
    expect(await store().claim('w2', nowMs + leaseMs, leaseMs)).toBeNull();
  });

  it('takes a scan back from its holder only', async () => {
    await store().enqueue([asked('x')]);
    await store().claim('w', nowMs, leaseMs);
    await store().release('x', 'thief', 'stopped');
    expect(await store().claim('w2', nowMs, leaseMs)).toBeNull();
    await store().release('x', 'w', 'stopped');
    expect(await store().claim('w2', nowMs, leaseMs)).toMatchObject({ id: 'x' });
  });

  it('counts no attempt for a worker that stopped, and one for each that failed or let its lease run out', async () => {
    await store().enqueue([asked('x')]);
    for (let restart = 0; restart < 3; restart++) {
      expect(await store().claim('w', nowMs, leaseMs)).toMatchObject({ attempt: 1 });
      await store().release('x', 'w', 'stopped');
    }
    await store().claim('w', nowMs, leaseMs);
    expect(await store().claim('w2', nowMs + leaseMs + 1, leaseMs)).toMatchObject({ attempt: 2 });
    await store().release('x', 'w2', 'failed');
    expect(await store().claim('w', nowMs, leaseMs)).toMatchObject({ attempt: 3 });
  });

  it('ignores a scan that is enqueued twice', async () => {
    await store().enqueue([asked('x'), asked('x')]);
    await store().enqueue([asked('x')]);
    expect((await store().depth()).queued).toBe(1);
  });

  it('takes thousands at once', async () => {
    await store().enqueue(Array.from({ length: 5_000 }, (_, index) => asked(`s${index}`)));
    expect((await store().depth()).queued).toBe(5_000);
  });

  it('takes none', async () => {
    await store().enqueue([]);
    expect((await store().depth()).queued).toBe(0);
  });
}

function describeResults(store: () => ScanStore): void {
  it('gives a result back as it was, bit for bit', async () => {
    const scan = scoredScan('x', { confidence: 0.1 + 0.2 });
    await store().complete(scan);
    expect(await store().get('x')).toEqual({
      id: 'x',
      token: scan.token,
      state: 'success',
      requestedAtMs: scan.startedAtMs,
      result: JSON.parse(JSON.stringify(scan)),
    });
  });

  it('keeps the first result of a scan', async () => {
    await store().complete(scoredScan('x'));
    await store().complete(failedScan('x'));
    expect((await store().get('x'))?.state).toBe('success');
  });

  it('ends a claimed scan, so that nobody takes it up again', async () => {
    await store().enqueue([asked('x')]);
    await store().claim('w', nowMs, leaseMs);
    await store().complete(failedScan('x'));
    expect(await store().claim('w2', nowMs + 2 * leaseMs, leaseMs)).toBeNull();
    await store().release('x', 'w', 'stopped');
    expect(await store().renew('x', 'w', nowMs, leaseMs)).toBe(false);
    expect((await store().get('x'))?.state).toBe('failure');
  });

  it('keeps the time at which a scan was asked for', async () => {
    await store().enqueue([asked('x', nowMs - 60_000)]);
    await store().complete(scoredScan('x'));
    expect((await store().get('x'))?.requestedAtMs).toBe(nowMs - 60_000);
  });

  it('knows nothing of what it never saw', async () => {
    expect(await store().get('nobody')).toBeNull();
    expect(await store().latest()).toEqual([]);
    expect(await store().history('NONE', 5)).toEqual([]);
    expect(await store().lastFeature('NONE', 'onchain_activity')).toBeNull();
  });

  it('shows the newest finished scan of each token by symbol, and nothing unfinished', async () => {
    await store().complete(scoredScan('b-old', { token: tokenOf('BBB'), finishedAtMs: nowMs }));
    await store().complete(failedScan('b-new', { token: tokenOf('BBB'), finishedAtMs: nowMs + 1 }));
    await store().complete(scoredScan('a', { finishedAtMs: nowMs + 9 }));
    await store().enqueue([asked('a-waiting', nowMs + 20)]);
    expect((await store().latest()).map(({ id }) => id)).toEqual(['a', 'b-new']);
  });

  it('shows one scan of a token when two ended in the same moment: the later one', async () => {
    await store().complete(scoredScan('one'));
    await store().complete(scoredScan('two'));
    expect((await store().latest()).map(({ id }) => id)).toEqual(['two']);
  });

  it('gives the history of one token, newest first, up to the limit', async () => {
    for (const at of [1, 3, 2]) await store().complete(scoredScan(`s${at}`, { finishedAtMs: nowMs + at }));
    await store().complete(scoredScan('other', { token: tokenOf('BBB') }));
    expect((await store().history('AAA', 2)).map(({ id }) => id)).toEqual(['s3', 's2']);
  });

  it('lists by state, newest first, up to the limit', async () => {
    await store().enqueue([asked('q1', nowMs), asked('q2', nowMs + 1)]);
    await store().complete(scoredScan('done'));
    expect((await store().list({ state: 'queued', limit: 9 })).map(({ id }) => id)).toEqual(['q2', 'q1']);
    expect(await store().list({ limit: 2 })).toHaveLength(2);
  });

  it('counts scans in every state, also those without any', async () => {
    await store().enqueue([asked('q'), asked('r', nowMs - 1)]);
    await store().claim('w', nowMs, leaseMs);
    await store().complete(failedScan('t', { status: 'timeout' }));
    expect(await store().depth()).toEqual({ queued: 1, running: 1, success: 0, failure: 0, timeout: 1 });
  });
}

function describeFeatures(store: () => ScanStore): void {
  const feature = { scanId: 's1', symbol: 'AAA', name: 'liquidity_depth', value: 0.25, observedAtMs: nowMs } as const;

  it('gives back the newest value of a feature', async () => {
    await store().writeFeature({ ...feature, scanId: 's2', value: 0.5, observedAtMs: nowMs + 1 });
    await store().writeFeature(feature);
    expect(await store().lastFeature('AAA', 'liquidity_depth')).toMatchObject({ scanId: 's2', value: 0.5 });
    expect(await store().lastFeature('BBB', 'liquidity_depth')).toBeNull();
    expect(await store().lastFeature('AAA', 'onchain_activity')).toBeNull();
  });

  it('keeps the first value a scan gave', async () => {
    await store().writeFeature(feature);
    await store().writeFeature({ ...feature, value: 0.9 });
    expect(await store().lastFeature('AAA', 'liquidity_depth')).toEqual(feature);
  });

  it('counts values by category', async () => {
    await store().writeFeature(feature);
    await store().writeFeature({ ...feature, name: 'onchain_activity' });
    await store().writeFeature({ ...feature, name: 'contract_safety' });
    expect(await store().featureCounts()).toEqual({ market: 2, safety: 1 });
  });

  it('answers a ping', async () => {
    await expect(store().ping()).resolves.toBeUndefined();
  });
}

/** What every store must hold. `open` gives an empty one. */
export function describeScanStore(name: string, open: () => Promise<ScanStore>): void {
  describe(`the scan store contract: ${name}`, () => {
    let opened: ScanStore;
    const store = (): ScanStore => opened;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    describe('queue', () => describeQueue(store));
    describe('results', () => describeResults(store));
    describe('features', () => describeFeatures(store));
  });
}

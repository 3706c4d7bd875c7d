import { scanRecordViewSchema, scanSummarySchema, scanViewSchema, tokenViewSchema } from '@autotrader/contracts';
import { describe, expect, it } from 'vitest';
import { atMs, eth, failedScan, scoredScan, uni } from '../testing/scan-fixtures.ts';
import { toScanRecordView, toScanSummary, toScanView } from './scan-view.ts';
import { toTokenView } from './token-view.ts';

const record = {
  id: 'scan-1',
  token: uni,
  state: 'success',
  requestedAtMs: atMs - 5_000,
  result: scoredScan(),
} as const;

describe('a scan as JSON', () => {
  it('is what the contract promises, scored or failed', () => {
    expect(scanViewSchema.parse(toScanView(scoredScan()))).toEqual(toScanView(scoredScan()));
    expect(scanViewSchema.parse(toScanView(failedScan()))).toEqual(toScanView(failedScan()));
    expect(scanRecordViewSchema.parse(toScanRecordView(record))).toEqual(toScanRecordView(record));
    expect(scanSummarySchema.parse(toScanSummary(record))).toEqual(toScanSummary(record));
  });

  it('gives every number its source, its state and its age', () => {
    const view = toScanView(scoredScan());
    expect(view).toMatchObject({
      quantities: [
        {
          name: 'price_usd',
          chosen: { state: 'fresh', value: 5.25, raw: '5.250', source: 'coingecko', age_seconds: 30 },
        },
        { name: 'holders', chosen: { state: 'missing', reason: 'rate_limited', source: 'goplus' } },
      ],
    });
  });

  it('never has a value where there is none', () => {
    const view = toScanView(scoredScan());
    const text = JSON.stringify(view);
    expect(text).toContain('"state":"unknown"');
    expect(view).toMatchObject({
      features: [
        { state: 'known' },
        { state: 'missing', inputs: [{ value: null, age_seconds: null, reason: 'rate_limited' }] },
      ],
    });
    expect(view.status === 'success' && view.features[1]).not.toHaveProperty('value');
  });

  it('says of a failure why, and has no score and no verdict', () => {
    const summary = toScanSummary({
      id: 'scan-2',
      token: eth,
      state: 'failure',
      requestedAtMs: atMs,
      result: failedScan(),
    });
    expect(summary).toMatchObject({ gem_score: null, verdict: null, confidence: null, reason: 'nothing usable came' });
  });

  it('names the age of its oldest input', () => {
    expect(toScanSummary(record).oldest_input_age_seconds).toBe(45);
  });
});

describe('a token as JSON', () => {
  it('before its first scan has nothing but its name', () => {
    const view = toTokenView({ token: eth, latest: null, waiting: 'queued' });
    expect(tokenViewSchema.parse(view)).toEqual({
      symbol: 'ETH',
      name: 'Ethereum',
      chain: null,
      address: null,
      coingecko_id: 'ethereum',
      waiting: 'queued',
      latest: null,
    });
  });

  it('survives a time that no calendar has', () => {
    const view = toScanView(scoredScan({ startedAtMs: Number.MAX_VALUE, finishedAtMs: Number.NaN }));
    expect(Number.isNaN(Date.parse(view.finished_at))).toBe(false);
  });
});

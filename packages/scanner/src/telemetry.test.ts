import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import type { AskedCall } from '@autotrader/sources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScanner } from './scanner.ts';
import { openStore } from './store/open-store.ts';
import type { ScanStore } from './store/scan-store.ts';
import { recordFeatureValue, recordScanDuration } from './telemetry.ts';
import { sampleSources } from './testing/sample-sources.ts';
import { answeredCall, evmToken, fresh, nowMs, reportOf, said } from './testing/samples.ts';

const stages = ['collect', 'validate', 'safety', 'narrate', 'score', 'store'];

let recorder: Recorder;
let store: ScanStore;

beforeEach(async () => {
  recorder = createRecorder();
  store = await openStore({ url: 'sqlite::memory:' });
});

afterEach(async () => {
  recorder.close();
  await store.close();
});

function scan(sources = sampleSources(), traceparent?: string) {
  const scanner = createScanner({ sources, store, now: () => nowMs, createId: () => 'scan-1', deadlineMs: 5_000 });
  return scanner.scan(evmToken, traceparent === undefined ? {} : { traceparent });
}

function unreachable() {
  const calls: readonly AskedCall[] = [{ ...answeredCall('x'), outcome: 'network' }];
  const answer = () => reportOf('x', { calls });
  return sampleSources({ coingecko: answer, dexscreener: answer, goplus: answer });
}

function expectBalance(): void {
  for (const stage of stages) {
    const count = (outcome: string) => recorder.metric('scan_items_total', { stage, outcome }) ?? 0;
    expect([stage, count('in')]).toEqual([stage, count('out') + count('filtered') + count('failed')]);
  }
}

describe('the telemetry of a scan', () => {
  it('is one trace: the scan and its stages, with what it found', async () => {
    const result = await scan();
    const root = recorder.span('scanner.scan', { 'token.symbol': 'GOOD', 'scan.id': 'scan-1', flagged: false });
    expect(root.attributes).toMatchObject({
      'token.contract': evmToken.contract?.address,
      gem_score: expect.any(Number),
      confidence: expect.any(Number),
    });
    expect(result.traceId).toBe(root.traceId);
    const children = recorder.spans().filter((span) => span.parentSpanId === root.spanId);
    expect(children.map(({ name }) => name)).toEqual(stages.map((stage) => `scanner.${stage}`));
  });

  it('continues the trace of whoever asked', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const result = await scan(sampleSources(), `00-${traceId}-00f067aa0ba902b7-01`);
    expect(result.traceId).toBe(traceId);
  });

  it('counts the scan, its score, its stages and its features', async () => {
    await scan();
    recorder.expectMetric('scan_requests_total', { token_symbol: 'GOOD', status: 'success' }, 1);
    recorder.expectMetric('scan_duration_seconds', { token_symbol: 'GOOD', status: 'success' }, 1);
    recorder.expectMetric('gem_score_distribution', { token_symbol: 'GOOD' }, 1);
    recorder.expectMetric('confidence_score_distribution', { token_symbol: 'GOOD' }, 1);
    for (const stage of stages) recorder.expectMetric('scan_stage_duration_seconds', { stage }, 1);
    recorder.expectMetric('feature_value_distribution', { feature_name: 'liquidity_depth', category: 'market' }, 1);
    recorder.expectMetric('feature_freshness_seconds', { feature_name: 'liquidity_depth' }, 1);
    recorder.expectMetric('feature_write_duration_seconds', { feature_name: 'liquidity_depth' }, 1);
    recorder.expectMetric('feature_store_operations_total', { operation: 'write', status: 'success' }, 8);
    recorder.expectMetric('feature_validation_success_total', { feature_name: 'price_usd' }, 2);
  });

  it('balances: what went into a stage came out, was filtered or failed', async () => {
    await scan();
    expectBalance();
    expect(recorder.metric('scan_items_total', { stage: 'collect', outcome: 'in' })).toBe(3);
    await scan(unreachable());
    expectBalance();
    await scan(sampleSources({ dexscreener: () => reportOf('dexscreener', { quantities: { price_usd: fresh(-1) } }) }));
    expectBalance();
  });

  it('says start and end in one line each, with the ids of the trace', async () => {
    const { traceId } = await scan();
    expect(recorder.lines('scan_started')).toHaveLength(1);
    const line = recorder.line('scan_completed', { token_symbol: 'GOOD', scan_id: 'scan-1', verdict: 'gem' });
    expect(line).toMatchObject({ level: 'INFO', trace_id: traceId, gem_score: expect.any(Number) });
    expect(recorder.lines('scan_stage_completed').map((debug) => debug['stage'])).toEqual(stages);
  });

  it('counts flags by what was found and keeps the scan a success', async () => {
    const goplus = () =>
      reportOf('goplus', {
        checks: { not_honeypot: said('fail'), can_sell_all: said('fail'), source_verified: said('pass') },
      });
    const pools = () => reportOf('dexscreener', { quantities: { price_usd: fresh(1) } });
    await scan(sampleSources({ goplus, dexscreener: pools }));
    recorder.expectMetric('flagged_tokens_total', { token_symbol: 'GOOD', flag_reason: 'honeypot' }, 1);
    recorder.expectMetric('flagged_tokens_total', { token_symbol: 'GOOD', flag_reason: 'cannot_sell' }, 1);
    recorder.span('scanner.scan', { flagged: true });
  });

  it('marks a failed scan by its kind, without a stack for trouble outside', async () => {
    await scan(unreachable());
    recorder.expectMetric('scan_requests_total', { token_symbol: 'GOOD', status: 'failure' }, 1);
    recorder.expectMetric('scan_errors_total', { token_symbol: 'GOOD', error_type: 'no_data' }, 1);
    const root = recorder.span('scanner.scan');
    expect(root.status).toBe('error');
    expect(root.attributes['error.type']).toBe('SCAN_NO_DATA');
    const line = recorder.line('scan_failed', { error_code: 'SCAN_NO_DATA', status: 'failure' });
    expect(line.level).toBe('WARNING');
    expect(JSON.stringify(line)).not.toContain('stack');
  });

  it('counts broken rules by severity', async () => {
    const pools = () =>
      reportOf('dexscreener', { quantities: { price_usd: fresh(-1), market_cap_usd: fresh(9), fdv_usd: fresh(1) } });
    await scan(sampleSources({ dexscreener: pools }));
    const failures = 'feature_validation_failures_total';
    recorder.expectMetric(failures, { feature_name: 'price_usd', validation_type: 'range', severity: 'error' }, 1);
    recorder.expectMetric(failures, { feature_name: 'market_cap_usd', severity: 'warning' }, 1);
    recorder.expectMetric('feature_validation_warnings_total', { feature_name: 'market_cap_usd' }, 1);
    recorder.expectMetric('feature_validation_warnings_total', { feature_name: 'price_usd' }, undefined);
  });
});

describe('the recorders by name', () => {
  it('count what they are told', () => {
    recordScanDuration('BTC', 2.3, 'success');
    expect(recorder.metric('scan_duration_seconds_sum', { token_symbol: 'BTC' })).toBeCloseTo(2.3, 9);
    recordFeatureValue('liquidity_depth', 0.5);
    expect(recorder.metric('feature_value_distribution_sum', { feature_name: 'liquidity_depth' })).toBeCloseTo(50, 9);
  });
});

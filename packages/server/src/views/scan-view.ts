import type { FeatureView, ScanRecordView, ScanSummary, ScanView, TokenRef } from '@autotrader/contracts';
import type { FeatureInput, FeatureValue, GemScore, ScanRecord, ScanResult, ScoredScan } from '@autotrader/scanner';
import type { AskedCall, Token } from '@autotrader/sources';
import { toInstant } from './instant.ts';
import { toCheckView, toQuantityView } from './reading-view.ts';

export function toTokenRef(token: Token): TokenRef {
  return {
    symbol: token.symbol,
    name: token.name ?? null,
    chain: token.contract?.chain ?? null,
    address: token.contract?.address ?? null,
    coingecko_id: token.coingeckoId ?? null,
  };
}

/** A scan that ended, in the stable JSON form of `--format json` and `GET /api/scans/{id}`. */
export function toScanView(result: ScanResult): ScanView {
  const finished = {
    id: result.id,
    token: toTokenRef(result.token),
    started_at: toInstant(result.startedAtMs),
    finished_at: toInstant(result.finishedAtMs),
    trace_id: result.traceId,
    missing: [...result.missing],
    calls: result.calls.map(toCallView),
  };
  if (result.status === 'success') return { ...finished, status: 'success', ...toJudgement(result) };
  const { code, type, message } = result.error;
  return { ...finished, status: result.status, error: { code, type, message } };
}

/** A scan that was asked for, whatever became of it. */
export function toScanRecordView(record: ScanRecord): ScanRecordView {
  return {
    id: record.id,
    token: toTokenRef(record.token),
    state: record.state,
    requested_at: toInstant(record.requestedAtMs),
    result: record.result === null ? null : toScanView(record.result),
  };
}

/** The same as one line of a list. */
export function toScanSummary(record: ScanRecord): ScanSummary {
  const { result } = record;
  const scored = result?.status === 'success' ? result : null;
  return {
    id: record.id,
    token_symbol: record.token.symbol,
    state: record.state,
    requested_at: toInstant(record.requestedAtMs),
    finished_at: result === null ? null : toInstant(result.finishedAtMs),
    trace_id: result?.traceId ?? null,
    verdict: scored?.verdict ?? null,
    gem_score: scored === null ? null : toGemScoreView(scored.gemScore),
    confidence: scored?.confidence ?? null,
    safety: scored?.safety ?? null,
    flags: [...(scored?.flags ?? [])],
    reason: reasonOf(result),
    missing: [...(result?.missing ?? [])],
    oldest_input_age_seconds: scored === null ? null : oldestInputAgeSeconds(scored),
  };
}

function reasonOf(result: ScanResult | null): string | null {
  if (result === null) return null;
  return result.status === 'success' ? result.reason : result.error.message;
}

function toJudgement(scan: ScoredScan): Omit<Extract<ScanView, { status: 'success' }>, keyof ScanFacts | 'status'> {
  return {
    gem_score: toGemScoreView(scan.gemScore),
    confidence: scan.confidence,
    verdict: scan.verdict,
    reason: scan.reason,
    flags: [...scan.flags],
    findings: scan.findings.map(({ code, severity, message, evidence, source }) => ({
      code,
      severity,
      message,
      evidence,
      source,
    })),
    features: scan.features.map(toFeatureView),
    quantities: scan.quantities.map((quantity) => toQuantityView(quantity, scan.scoredAtMs)),
    checks: scan.checks.map((check) => toCheckView(check, scan.scoredAtMs)),
    safety: scan.safety,
    issues: scan.issues.map(({ name, source, rule, severity, message }) => ({ name, source, rule, severity, message })),
    last_good: scan.lastGood.map(({ name, value, observedAtMs }) => ({
      name,
      value,
      observed_at: toInstant(observedAtMs),
    })),
    scored_at: toInstant(scan.scoredAtMs),
    narrative: toNarrativeView(scan),
  };
}

type ScanFacts = Pick<ScanView, 'id' | 'token' | 'started_at' | 'finished_at' | 'trace_id' | 'missing' | 'calls'>;

function toNarrativeView({ narrative }: ScoredScan) {
  if (narrative === null) return null;
  const { provider, sentiment, momentum, themes, summary } = narrative;
  return { provider, sentiment, momentum, themes: [...themes], summary };
}

function toGemScoreView({ value, interval, modelVersion }: GemScore) {
  return { value, low: interval[0], high: interval[1], model_version: modelVersion };
}

function toFeatureView(feature: FeatureValue): FeatureView {
  const inputs = feature.inputs.map(toInputView);
  if (feature.state === 'missing') {
    return { name: feature.name, state: 'missing', weight: feature.weight, reason: feature.reason, inputs };
  }
  const { name, value, raw, weight, contribution, recency, completeness, penalties } = feature;
  return {
    name,
    state: 'known',
    value,
    raw,
    weight,
    contribution,
    recency,
    completeness,
    inputs,
    penalties: [...penalties],
  };
}

function toInputView({ name, value, source, ageMs, reason }: FeatureInput) {
  const age_seconds = ageMs === null ? null : Math.max(0, Math.round(ageMs)) / 1000;
  return { name, value, source, age_seconds, reason: reason ?? null };
}

function toCallView(call: AskedCall) {
  return {
    source: call.source,
    endpoint: call.endpoint,
    outcome: call.outcome,
    obtained: call.obtained ?? null,
    attempts: call.attempts,
    duration_ms: call.durationMs,
    waited_ms: call.waitedMs,
    detail: call.detail ?? null,
  };
}

function oldestInputAgeSeconds(scan: ScoredScan): number | null {
  const ages = scan.features.flatMap((feature) =>
    feature.inputs.flatMap(({ ageMs }) => (ageMs === null ? [] : [ageMs])),
  );
  return ages.length === 0 ? null : Math.max(0, Math.round(Math.max(...ages))) / 1000;
}

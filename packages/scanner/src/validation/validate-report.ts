import type { Check, CheckName, Quantity, QuantityName, Reading, SourceReport } from '@autotrader/sources';
import type { ValidationIssue } from '../scan-result.ts';
import { crossFieldRules } from './cross-field-rules.ts';
import { finiteRule } from './finite-rule.ts';
import { ageMs, freshness, quantityOrder } from './freshness-deadlines.ts';
import { freshnessRule } from './freshness-rule.ts';
import { notNullRule } from './not-null-rule.ts';
import { rangeRule } from './range-rule.ts';
import type { KnownReading, Quantities, ReadingRule, Refusal } from './rule.ts';

/** In this order, because the later rules may rely on what the earlier ones hold. */
const readingRules: readonly ReadingRule[] = [notNullRule, finiteRule, rangeRule, freshnessRule];

export interface ValidatedReport {
  readonly report: SourceReport;
  readonly issues: readonly ValidationIssue[];
  /** Values that broke no rule of severity error. */
  readonly passed: readonly QuantityName[];
}

interface Draft {
  readonly source: string;
  readonly quantities: Quantities;
  readonly issues: ValidationIssue[];
}

function dropped(reading: KnownReading, message: string): Reading<Quantity> {
  const { source, endpoint } = reading.from;
  return { state: 'missing', reason: 'schema', source, endpoint, detail: `dropped: ${message}` };
}

function refuse(draft: Draft, name: QuantityName, found: { rule: ValidationIssue['rule']; refusal: Refusal }): void {
  if (found.refusal === null) return;
  const { severity, message } = found.refusal;
  draft.issues.push({ name, source: draft.source, rule: found.rule, severity, message });
  const reading = draft.quantities[name];
  if (severity === 'error' && reading !== undefined && reading.state !== 'missing') {
    draft.quantities[name] = dropped(reading, message);
  }
}

function checkReading(draft: Draft, name: QuantityName, nowMs: number): void {
  for (const { rule, check } of readingRules) {
    const reading = draft.quantities[name];
    if (reading === undefined || reading.state === 'missing') return;
    refuse(draft, name, { rule, refusal: check(name, reading, nowMs) });
  }
}

function checkFieldsTogether(draft: Draft): void {
  const value = (name: QuantityName): number | undefined => {
    const reading = draft.quantities[name];
    return reading === undefined || reading.state === 'missing' ? undefined : reading.value.value;
  };
  for (const { check } of crossFieldRules) {
    const found = check(value);
    if (found !== null) refuse(draft, found.name, { rule: 'cross_field', refusal: found.refusal });
  }
}

function agedCheck(check: Check, nowMs: number): Check {
  if (check.state === 'unknown' || ageMs(check.from.observedAtMs, nowMs) <= freshness.factMs) return check;
  const { source, endpoint } = check.from;
  return { state: 'unknown', reason: 'schema', source, endpoint, detail: 'dropped: older than three days' };
}

function agedReading<T>(reading: Reading<T>, nowMs: number, limit: { ms: number; words: string }): Reading<T> {
  if (reading.state === 'missing' || ageMs(reading.from.observedAtMs, nowMs) <= limit.ms) return reading;
  const { source, endpoint } = reading.from;
  return { state: 'missing', reason: 'schema', source, endpoint, detail: `dropped: older than ${limit.words}` };
}

const factLimit = { ms: freshness.factMs, words: 'three days' };
const opinionLimit = { ms: freshness.opinionMs, words: 'seven days' };

function agedChecks(source: SourceReport, nowMs: number): SourceReport['checks'] {
  const checks: Partial<Record<CheckName, Check>> = {};
  for (const [name, check] of Object.entries(source.checks) as [CheckName, Check][])
    checks[name] = agedCheck(check, nowMs);
  return checks;
}

/** Holds one source's report against every rule. A value that breaks one of severity error is missing afterwards. */
export function validateReport(source: SourceReport, nowMs: number): ValidatedReport {
  const draft: Draft = { source: source.source, quantities: { ...source.quantities }, issues: [] };
  for (const name of quantityOrder) checkReading(draft, name, nowMs);
  checkFieldsTogether(draft);
  const passed = quantityOrder.filter((name) => {
    const reading = draft.quantities[name];
    return reading !== undefined && reading.state !== 'missing';
  });
  const report = {
    ...source,
    quantities: draft.quantities,
    checks: agedChecks(source, nowMs),
    texts: agedReading(source.texts, nowMs, opinionLimit),
    ...(source.isNative === undefined ? {} : { isNative: agedReading(source.isNative, nowMs, factLimit) }),
  };
  return { report, issues: draft.issues, passed };
}

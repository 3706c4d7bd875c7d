import type { QuantityName, Reading, SourceReport } from '@autotrader/sources';
import type { ReadText } from '../narrative/lexicon.ts';
import { missingCalls } from '../reconcile/missing-words.ts';
import { reconcileCheck } from '../reconcile/reconcile-check.ts';
import { reconcileQuantity } from '../reconcile/reconcile-quantity.ts';
import { checkOrder } from '../safety/check-needs.ts';
import { ScanError } from '../scan-error.ts';
import type { ReconciledQuantity, SafetyCheck, ValidationIssue } from '../scan-result.ts';
import { quantityOrder } from '../validation/freshness-deadlines.ts';
import { checkHolders } from '../validation/monotonic-rule.ts';
import { validateReport } from '../validation/validate-report.ts';
import type { Collected, Validated } from './scan-states.ts';
import type { Stage, Tally } from './stage.ts';

function quantitiesOf(reports: readonly SourceReport[]): readonly ReconciledQuantity[] {
  const readings = (name: QuantityName) => reports.flatMap((report) => report.quantities[name] ?? []);
  return quantityOrder.map((name) => reconcileQuantity(name, readings(name)));
}

function checksOf(reports: readonly SourceReport[]): readonly SafetyCheck[] {
  return checkOrder.map((name) =>
    reconcileCheck(
      name,
      reports.flatMap((report) => report.checks[name] ?? []),
    ),
  );
}

function textsOf(reports: readonly SourceReport[]): readonly ReadText[] {
  return reports.flatMap(({ texts }) =>
    texts.state === 'missing' ? [] : texts.value.map((text) => ({ ...text, observedAtMs: texts.from.observedAtMs })),
  );
}

function listingOf(reports: readonly SourceReport[]): { isNative?: Reading<boolean> } {
  const said = reports.flatMap(({ isNative }) => isNative ?? []);
  const isNative = said.find(({ state }) => state !== 'missing') ?? said[0];
  return isNative === undefined ? {} : { isNative };
}

function holdersIssue(quantities: readonly ReconciledQuantity[], { earlier }: Collected): readonly ValidationIssue[] {
  const refusal = earlier === null ? null : checkHolders(quantities, earlier.quantities);
  const source = quantities.find(({ name }) => name === 'holders')?.chosen;
  if (refusal === null || source === undefined || source.state === 'missing') return [];
  return [{ name: 'holders', source: source.from.source, rule: 'monotonic', ...refusal }];
}

function isUsable(quantities: readonly ReconciledQuantity[], checks: readonly SafetyCheck[]): boolean {
  return (
    quantities.some(({ chosen }) => chosen.state !== 'missing') || checks.some(({ check }) => check.state !== 'unknown')
  );
}

/** Out of time is told apart from nothing there: the first calls for another try, the second does not. */
function noData({ job, reports }: Collected, missing: readonly string[]): ScanError {
  const calls = reports.flatMap((report) => report.calls);
  const late = calls.some((call) => call.outcome === 'deadline');
  const detail = late
    ? 'no source answered before the deadline'
    : 'no source said anything usable about it; what was asked and why it failed is listed in "missing"';
  return new ScanError({ kind: late ? 'timeout' : 'no_data', symbol: job.token.symbol, detail, missing, calls });
}

/** One line for each source and rule: a source whose clock or cache stands still breaks one rule with all its values. */
function dropped(issues: readonly ValidationIssue[]): readonly string[] {
  const groups = new Map<string, { readonly names: string[]; readonly first: string }>();
  for (const { source, rule, name, severity, message } of issues) {
    if (severity !== 'error') continue;
    const key = `${source}: dropped by rule ${rule}`;
    const group = groups.get(key) ?? { names: [], first: message };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups].map(([key, { names, first }]) => `${key}: ${names.join(', ')} (${names[0]}: ${first})`);
}

function validate(collected: Collected, scoredAtMs: number): Validated {
  const validated = collected.reports.map((report) => validateReport(report, scoredAtMs));
  const reports = validated.map(({ report }) => report);
  const quantities = quantitiesOf(reports);
  const checks = checksOf(reports);
  const issues = [...validated.flatMap((report) => report.issues), ...holdersIssue(quantities, collected)];
  const missing = [...missingCalls(reports), ...dropped(issues), ...collected.storeTrouble];
  if (!isUsable(quantities, checks)) throw noData(collected, missing);
  const passed = validated.flatMap((report) => report.passed);
  const texts = textsOf(reports);
  const listing = listingOf(reports);
  return { ...collected, ...listing, reports, scoredAtMs, quantities, checks, issues, passed, texts, missing };
}

function readingsIn(reports: readonly SourceReport[]): number {
  return reports.flatMap(({ quantities }) => Object.values(quantities)).filter(({ state }) => state !== 'missing')
    .length;
}

function tallyReadings({ passed, issues }: Validated): Tally {
  return { out: passed.length, filtered: issues.filter(({ severity }) => severity === 'error').length, failed: 0 };
}

/** Holds every reading against the rules and puts sources side by side. Items are readings that sources gave. */
export function validateStage(now: () => number): Stage<Collected, Validated> {
  return {
    name: 'validate',
    stopsAtDeadline: true,
    run: async (collected) => validate(collected, collected.job.asOfMs ?? now()),
    size: ({ reports }) => readingsIn(reports),
    tally: tallyReadings,
    observations: ({ passed, issues }) => [
      ...passed.map((name) => ({ kind: 'value_passed' as const, name })),
      ...issues.map((issue) => ({ kind: 'rule_broken' as const, issue })),
    ],
  };
}

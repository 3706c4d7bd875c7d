import { isClosedList, type LabelSpec, type LabelSpecs, overflowValue } from '../label-specs.ts';
import { MetricError, type MetricErrorKind } from '../metric-error.ts';
import type { MetricMeta } from '../metric-meta.ts';
import { toExcerpt, toWellFormed } from '../text-escapes.ts';
import type { MetricType } from './declarations.ts';
import { findBadUnit, findReservedSuffix, findTypeWord, inferUnit, namePattern } from './name-rules.ts';

interface Declared {
  readonly name: string;
  readonly help: string;
  readonly labels?: LabelSpecs;
  readonly unit?: string;
  readonly expireAfterMs?: number;
}

type Refuse = (kind: MetricErrorKind, expected: string, came: string) => never;

/** The declaration with its defaults. @throws MetricError naming the first rule it breaks */
export function parseDeclaration(type: MetricType, declared: Declared): MetricMeta {
  // Not for callers of ours: a declaration may come from JavaScript, or from a file.
  const name = typeof declared?.name === 'string' ? declared.name : '';
  const refuse = refusalFor(name);
  checkName(type, name, refuse);
  if (typeof declared.help !== 'string' || declared.help.trim() === '') {
    refuse('help_missing', 'a help text of at least one word', 'none');
  }
  const labels = checkLabels(declared.labels ?? {}, refuse);
  const baseName = type === 'counter' ? name.slice(0, -'_total'.length) : name;
  return {
    type,
    name,
    baseName,
    help: toWellFormed(declared.help),
    labels,
    unit: checkUnit(declared.unit, baseName, refuse),
    expireAfterMs: declared.expireAfterMs === undefined ? undefined : checkExpiry(name, declared.expireAfterMs),
  };
}

function refusalFor(metric: string): Refuse {
  return (kind, expected, came) => {
    throw new MetricError({ kind, metric: toExcerpt(metric), expected, came: toExcerpt(came) });
  };
}

function checkName(type: MetricType, name: string, refuse: Refuse): void {
  if (!namePattern.test(name)) refuse('name_invalid', 'a snake_case name of a-z, 0-9 and _', `"${name}"`);
  if (type === 'counter' && !/[a-z0-9]_total$/.test(name)) {
    refuse('name_suffix', 'a counter name that ends in _total', `"${name}"`);
  }
  if (type !== 'counter' && name.endsWith('_total')) {
    refuse('name_suffix', `a ${type} name without _total, which marks counters`, `"${name}"`);
  }
  const suffix = findReservedSuffix(name);
  if (suffix !== undefined)
    refuse('name_suffix', `a name without ${suffix}, which histograms and counters add`, `"${name}"`);
  if (type !== 'gauge' && /_timestamp_seconds(?:_total)?$/.test(name)) {
    refuse('name_suffix', `a ${type} name without _timestamp_seconds, which marks gauges`, `"${name}"`);
  }
  const unit = findBadUnit(name);
  if (unit !== undefined) refuse('name_unit', 'base units spelled out (seconds, bytes, …)', `"${unit}" in the name`);
  const word = findTypeWord(name);
  if (word !== undefined) refuse('name_type', 'a name that does not repeat the metric type', `"${word}" in the name`);
}

function checkLabels(labels: LabelSpecs, refuse: Refuse): LabelSpecs {
  const checked: Record<string, LabelSpec> = {};
  for (const [label, spec] of Object.entries(labels)) {
    if (!namePattern.test(label)) refuse('label_invalid', 'snake_case label names of a-z, 0-9 and _', `"${label}"`);
    if (label === 'le' || label === 'quantile' || label.startsWith('__')) {
      refuse('label_reserved', 'label names other than le, quantile and __*', `"${label}"`);
    }
    checked[label] = checkSpec(label, spec, refuse);
  }
  return Object.freeze(checked);
}

function checkSpec(label: string, spec: LabelSpec, refuse: Refuse): LabelSpec {
  if (isClosedList(spec)) {
    const problem = closedListProblem(spec);
    if (problem !== undefined) {
      refuse('label_budget', `distinct, non-empty strings other than ${overflowValue} for label "${label}"`, problem);
    }
    return Object.freeze(spec.map(toWellFormed));
  }
  const limit: unknown = spec?.limit;
  if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < 1) {
    refuse('label_budget', `a list of values or { limit: positive integer } for label "${label}"`, describe(limit));
  }
  return Object.freeze({ limit: spec.limit });
}

function closedListProblem(spec: readonly unknown[]): string | undefined {
  if (spec.length === 0) return 'an empty list';
  const wrong = spec.find((value) => typeof value !== 'string' || value === '' || value === overflowValue);
  if (wrong !== undefined) return describe(wrong);
  return new Set(spec).size === spec.length ? undefined : 'a value twice';
}

function describe(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? JSON.stringify(value) : typeof value;
}

function checkUnit(unit: string | undefined, baseName: string, refuse: Refuse): string | undefined {
  if (unit === undefined) return inferUnit(baseName);
  if (!namePattern.test(unit) || !baseName.endsWith(`_${unit}`)) {
    refuse('unit_invalid', `a name that ends with its unit, _${unit}`, `"${baseName}"`);
  }
  return unit;
}

/** @throws MetricError OBS_METRIC_BUCKETS_INVALID */
export function checkBuckets(metric: string, buckets: readonly number[]): readonly number[] {
  const valid =
    Array.isArray(buckets) &&
    buckets.length > 0 &&
    buckets.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > (buckets[i - 1] ?? Number.NaN)));
  if (valid) return Object.freeze([...buckets]);
  throw new MetricError({
    kind: 'buckets_invalid',
    metric: toExcerpt(metric),
    expected: 'finite upper bounds, at least one, strictly ascending (+Inf is added)',
    came: toExcerpt(Array.isArray(buckets) ? `[${buckets.map(String).join(', ')}]` : typeof buckets),
  });
}

/** @throws MetricError OBS_METRIC_EXPIRY_INVALID */
export function checkExpiry(metric: string, afterMs: number): number {
  if (typeof afterMs === 'number' && Number.isFinite(afterMs) && afterMs > 0) return afterMs;
  throw new MetricError({
    kind: 'expiry_invalid',
    metric: toExcerpt(metric),
    expected: 'a positive, finite number of milliseconds after which series expire',
    came: typeof afterMs === 'number' ? String(afterMs) : typeof afterMs,
  });
}

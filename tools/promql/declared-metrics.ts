import type { MetricDescription } from '@autotrader/observability';
import { type Matcher, type MetricUse, metricUses } from './metric-uses.ts';

/** Made by Prometheus, not by us. */
const madeByPrometheus = new Set(['up', 'ALERTS']);

/** Added by Prometheus when it scrapes, or by the text format. */
const addedLabels = new Set(['job', 'instance', 'le', 'alertname', 'alertstate']);

type Declared = ReadonlyMap<string, MetricDescription>;

/** Names, labels and closed label values that an expression uses and nobody declares; one sentence each. */
export function undeclaredUses(expr: string, metrics: readonly MetricDescription[]): string[] {
  const declared: Declared = new Map(metrics.map((metric) => [metric.name, metric]));
  const uses = metricUses(expr);
  const known = uses.metrics.map((use) => familyOf(use.name, declared));
  const labels = new Set([
    ...addedLabels,
    ...known.flatMap((metric) => metric?.labels.map((label) => label.name) ?? []),
  ]);
  return [
    ...uses.metrics.flatMap((use, index) => judgeUse(use, known[index])),
    ...uses.groupLabels.filter((label) => !labels.has(label)).map((label) => `no metric here has the label ${label}`),
  ];
}

function familyOf(name: string, declared: Declared): MetricDescription | undefined {
  const exact = declared.get(name);
  if (exact !== undefined) return exact.type === 'histogram' ? undefined : exact;
  const family = declared.get(name.replace(/_(bucket|sum|count)$/, ''));
  return family?.type === 'histogram' ? family : undefined;
}

function judgeUse(use: MetricUse, metric: MetricDescription | undefined): string[] {
  if (metric === undefined) return madeByPrometheus.has(use.name) ? [] : [`${use.name} is not a declared metric`];
  return use.matchers.flatMap((matcher) => judgeMatcher(use.name, matcher, metric));
}

function judgeMatcher(name: string, matcher: Matcher, metric: MetricDescription): string[] {
  if (addedLabels.has(matcher.label)) return [];
  const label = metric.labels.find((one) => one.name === matcher.label);
  if (label === undefined) return [`${name} has no label ${matcher.label}`];
  if (!('values' in label)) return [];
  const asked = matcher.operator.includes('~') ? matcher.value.split('|') : [matcher.value];
  // Anything but plain alternatives is a pattern, and a pattern cannot be compared with a list.
  const plain = asked.filter((value) => /^[\w./-]*$/.test(value));
  return plain
    .filter((value) => !label.values.includes(value))
    .map((value) => `${name} never has ${matcher.label}="${value}" (it is one of ${label.values.join(', ')})`);
}

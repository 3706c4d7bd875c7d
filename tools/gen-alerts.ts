import type { AlertCase, AlertDefinition } from '../deploy/alerts/define-alert.ts';
import type { Generator } from './generate/generator.ts';
import { type NamedAlert, readAlerts } from './generate/read-alerts.ts';
import { toYaml, type YamlValue } from './generate/yaml-text.ts';

const folder = 'deploy/prometheus/alerts';

/** Relative to wherever the repository is browsed; put an address in front when it has one. */
export const runbookFolder = 'docs/runbooks';

/** Rules end in `.rules.yml`, so that Prometheus' `rule_files` pattern can leave the tests beside them alone. */
export const alertsGenerator: Generator = {
  name: 'alerts',
  owns: /^deploy\/prometheus\/alerts\/[^/]+\.yml$/,
  produce: async (root) => new Map((await readAlerts(root)).flatMap(filesOf)),
};

function filesOf(named: NamedAlert): [string, string][] {
  const heading = `# Generated from deploy/alerts/${named.slug}.ts by "npm run gen". Change it there.\n`;
  return [
    [`${folder}/${named.slug}.rules.yml`, heading + toYaml(toRules(named.alert))],
    [`${folder}/${named.slug}.test.yml`, heading + toYaml(toTests(named))],
  ];
}

function toRules(alert: AlertDefinition): YamlValue {
  const rule = {
    alert: alert.name,
    expr: alert.expr,
    for: `${alert.forMinutes}m`,
    labels: { severity: alert.severity },
    annotations: annotationsOf(alert, { summary: alert.summary, description: alert.description }),
  };
  return { groups: [{ name: alert.name, rules: [rule] }] };
}

function annotationsOf(alert: AlertDefinition, texts: { readonly summary: string; readonly description: string }) {
  return { ...texts, runbook_url: `${runbookFolder}/${alert.name}.md` };
}

function toTests({ slug, alert }: NamedAlert): YamlValue {
  return {
    rule_files: [`${slug}.rules.yml`],
    evaluation_interval: '1m',
    tests: alert.cases.map((one) => toTest(alert, one)),
  };
}

function toTest(alert: AlertDefinition, one: AlertCase): YamlValue {
  const expected = one.firing.map(({ labels, description }) => ({
    exp_labels: { severity: alert.severity, ...labels },
    exp_annotations: annotationsOf(alert, { summary: fillLabels(alert.summary, labels), description }),
  }));
  return {
    name: one.name,
    interval: '1m',
    input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
    alert_rule_test: [{ eval_time: `${one.atMinutes}m`, alertname: alert.name, exp_alerts: expected }],
  };
}

function fillLabels(template: string, labels: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_whole, name: string) => labels[name] ?? '');
}

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MetricDescription } from '@autotrader/observability';
import { afterAll, describe, expect, test } from 'vitest';
import { autotraderDashboard } from '../deploy/grafana/autotrader-dashboard.ts';
import { runCommand } from './check/command.ts';
import { alertsGenerator } from './gen-alerts.ts';
import { toDashboard } from './gen-dashboard.ts';
import { readAlerts } from './generate/read-alerts.ts';
import { toYaml } from './generate/yaml-text.ts';
import { undeclaredUses } from './promql/declared-metrics.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const rules = join(root, 'deploy/prometheus/alerts');
const alerts = await readAlerts(root);
const panels = autotraderDashboard.rows.flatMap((row) => row.panels);
const scratch = mkdtempSync(join(tmpdir(), 'deploy-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const found = async (command: string) =>
  (await runCommand(command, ['--version'], { cwd: root }).catch(() => undefined)) !== undefined;
const hasPromtool = await found('promtool');
const hasAmtool = await found('amtool');
const needsPromtool = hasPromtool ? '' : ' (skipped: promtool is missing, install the package "prometheus")';
const needsAmtool = hasAmtool ? '' : ' (skipped: amtool is missing, install the package "prometheus-alertmanager")';

const promtool = (...args: readonly string[]) => runCommand('promtool', args, { cwd: scratch });
const filesIn = (folder: string, ending: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => join(folder, file));

describe.skipIf(!hasPromtool)(`alert rules before promtool${needsPromtool}`, () => {
  test('every rule file is one', async () => {
    expect(await promtool('check', 'rules', ...filesIn(rules, '.rules.yml'))).toMatchObject({ exitCode: 0 });
  });

  test('every alert fires and stays quiet when it should', async () => {
    expect(await promtool('test', 'rules', ...filesIn(rules, '.test.yml'))).toMatchObject({ exitCode: 0 });
  });

  test('the Prometheus configuration loads every rule and no test', async () => {
    const { exitCode, output } = await promtool('check', 'config', join(root, 'deploy/prometheus/prometheus.yml'));
    expect(exitCode, output).toBe(0);
    expect(output).toContain(`${alerts.length} rule files found`);
  });

  test.each(alerts)('the cases of $alert.name notice a rule that never fires', async ({ slug }) => {
    const produced = await alertsGenerator.produce(root);
    const text = (ending: string) => produced.get(`deploy/prometheus/alerts/${slug}.${ending}.yml`) ?? '';
    const quietRule = text('rules').replace(/expr: \|-\n(?: {10}.*\n)+|expr: .*\n/, 'expr: vector(1) > 2\n');
    expect(quietRule).not.toBe(text('rules'));
    writeFileSync(join(scratch, `${slug}.rules.yml`), quietRule);
    writeFileSync(join(scratch, `${slug}.test.yml`), text('test'));
    expect((await promtool('test', 'rules', `${slug}.test.yml`)).output).toContain('FAILED');
  });

  test('every panel holds PromQL', async () => {
    const exprs = panels.flatMap((panel) =>
      panel.queries.map((query) => query.expr.replaceAll('$__rate_interval', '1m')),
    );
    const recorded = exprs.map((expr, index) => ({ record: `panel:${index}`, expr }));
    writeFileSync(join(scratch, 'panels.yml'), toYaml({ groups: [{ name: 'panels', rules: recorded }] }));
    expect(await promtool('check', 'rules', 'panels.yml')).toMatchObject({ exitCode: 0 });
  });
});

test.skipIf(!hasAmtool)(`the Alertmanager configuration is one${needsAmtool}`, async () => {
  const file = join(root, 'deploy/alertmanager/alertmanager.yml');
  expect(await runCommand('amtool', ['check-config', file], { cwd: root })).toMatchObject({ exitCode: 0 });
});

describe('alerts', () => {
  test.each(alerts)('$alert.name has a case in which it fires and one in which it stays quiet', ({ alert }) => {
    expect(alert.cases.some((one) => one.firing.length > 0)).toBe(true);
    expect(alert.cases.some((one) => one.firing.length === 0)).toBe(true);
  });

  test.each(alerts)('$alert.name looks as far back as it says', ({ alert }) => {
    const windows = [...alert.expr.matchAll(/\[(\d+)m\]/g)].map((match) => Number(match[1]));
    expect(new Set(windows)).toEqual(new Set(alert.windowMinutes === 0 ? [] : [alert.windowMinutes]));
  });

  test.each(alerts)('$alert.name has a runbook that says what it means and what to do', ({ alert }) => {
    const file = join(root, 'docs/runbooks', `${alert.name}.md`);
    const headings = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('#'));
    expect(headings).toEqual([`# ${alert.name}`, '## Meaning', '## Impact', '## Diagnosis', '## Mitigation']);
  });

  test('every runbook belongs to an alert', () => {
    const pages = readdirSync(join(root, 'docs/runbooks')).filter((page) => page !== 'README.md');
    expect(pages.sort()).toEqual(alerts.map(({ alert }) => `${alert.name}.md`).sort());
  });
});

describe('metrics in rules, runbooks and panels are declared', () => {
  const { metrics } = JSON.parse(readFileSync(join(root, 'docs/metrics.json'), 'utf8')) as {
    metrics: readonly MetricDescription[];
  };

  test.each(alerts)('$alert.name', ({ alert }) => {
    const series = alert.cases.flatMap((one) => Object.keys(one.series));
    expect([alert.expr, ...series].flatMap((expr) => undeclaredUses(expr, metrics))).toEqual([]);
  });

  test.each(panels)('panel "$title"', (panel) => {
    expect(panel.queries.flatMap((query) => undeclaredUses(query.expr, metrics))).toEqual([]);
  });

  test.each(alerts)('the runbook of $alert.name', ({ alert }) => {
    const page = readFileSync(join(root, 'docs/runbooks', `${alert.name}.md`), 'utf8');
    const exprs = [...page.matchAll(/```promql\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
    expect(exprs.length).toBeGreaterThan(0);
    expect(exprs.flatMap((expr) => undeclaredUses(expr, metrics))).toEqual([]);
  });
});

describe('the dashboard', () => {
  const byName = new Map(alerts.map(({ alert }) => [alert.name, alert]));
  const dashboard = toDashboard(autotraderDashboard, byName);

  test('the file on disk parses and has a panel for each declared one', () => {
    const file = join(root, 'deploy/grafana/dashboards/autotrader.json');
    expect(existsSync(file)).toBe(true);
    const onDisk = JSON.parse(readFileSync(file, 'utf8')) as { panels: { type: string; title: string }[] };
    const titles = onDisk.panels.filter((panel) => panel.type !== 'row').map((panel) => panel.title);
    expect(titles).toEqual(panels.map((panel) => panel.title));
  });

  test('a threshold drawn in a panel is the one its alert fires at', () => {
    const drawn = JSON.stringify(dashboard.panels);
    for (const { alert } of alerts.filter(({ alert: one }) =>
      panels.some((panel) => panel.alerts?.includes(one.name)),
    )) {
      expect(drawn).toContain(`"value":${alert.threshold}}`);
    }
    const unknown = { title: 'x', panels: [{ ...(panels[0] as (typeof panels)[number]), alerts: ['NoSuchAlert'] }] };
    expect(() => toDashboard({ title: '', uid: '', rows: [unknown] }, byName)).toThrow('NoSuchAlert');
  });

  test('no two panels share an id or a place', () => {
    const placed = dashboard.panels as { id: number; gridPos: { x: number; y: number; w: number } }[];
    expect(new Set(placed.map((panel) => panel.id)).size).toBe(placed.length);
    expect(new Set(placed.map((panel) => `${panel.gridPos.x} ${panel.gridPos.y}`)).size).toBe(placed.length);
    expect(placed.filter(({ gridPos }) => gridPos.x + gridPos.w > 24)).toEqual([]);
  });
});

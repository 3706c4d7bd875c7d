import { join } from 'node:path';
import type { AlertDefinition } from '../deploy/alerts/define-alert.ts';
import { autotraderDashboard } from '../deploy/grafana/autotrader-dashboard.ts';
import type { Panel, PanelRow } from '../deploy/grafana/panel.ts';
import { runCommand } from './check/command.ts';
import type { Generator } from './generate/generator.ts';
import { datasource, type GridPosition, toGrafanaPanel } from './generate/grafana-panel.ts';
import { readAlerts } from './generate/read-alerts.ts';

const path = 'deploy/grafana/dashboards/autotrader.json';

export const dashboardGenerator: Generator = {
  name: 'dashboard',
  owns: /^deploy\/grafana\/dashboards\//,
  produce: async (root) => {
    const alerts = new Map((await readAlerts(root)).map(({ alert }) => [alert.name, alert]));
    return new Map([[path, await formatJson(root, toDashboard(autotraderDashboard, alerts))]]);
  },
};

/** The formatter of the house, so that the file passes the same check as those written by hand. */
async function formatJson(root: string, value: unknown): Promise<string> {
  const { exitCode, stdout, output } = await runCommand(
    join(root, 'node_modules/.bin/biome'),
    ['format', `--stdin-file-path=${path}`],
    { cwd: root, input: JSON.stringify(value, null, 2) },
  );
  if (exitCode !== 0) throw new Error(`biome could not format ${path}: ${output}`);
  return stdout;
}

interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly rows: readonly PanelRow[];
}

/** Grafana's schema 39, which every version since 10.4 reads and upgrades by itself. */
export function toDashboard({ title, uid, rows }: Dashboard, alerts: ReadonlyMap<string, AlertDefinition>) {
  return {
    uid,
    title,
    description: 'Generated from deploy/grafana by "npm run gen". Change it there.',
    tags: ['autotrader'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    annotations: { list: [firingAlerts] },
    templating: { list: [datasourceVariable] },
    links: [],
    panels: placePanels(rows, alerts),
  };
}

const datasourceVariable = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: 'prometheus',
  refresh: 1,
  hide: 0,
  multi: false,
  includeAll: false,
} as const;

const firingAlerts = {
  name: 'Alerts',
  datasource,
  enable: true,
  iconColor: 'red',
  expr: 'ALERTS{alertstate="firing"}',
  titleFormat: '{{alertname}}',
  textFormat: '{{severity}}',
  step: '30s',
} as const;

const columns = 24;

function placePanels(rows: readonly PanelRow[], alerts: ReadonlyMap<string, AlertDefinition>) {
  const placed: unknown[] = [];
  let y = 0;
  for (const row of rows) {
    const gridPos = { x: 0, y, w: columns, h: 1 };
    placed.push({ id: placed.length + 1, type: 'row', title: row.title, collapsed: false, gridPos, panels: [] });
    y += 1;
    for (const line of toLines(row.panels)) {
      const h = Math.max(...line.map(heightOf));
      let x = 0;
      for (const panel of line) {
        const at: GridPosition = { x, y, w: panel.width, h };
        placed.push(toGrafanaPanel(panel, alerts, { id: placed.length + 1, gridPos: at }));
        x += panel.width;
      }
      y += h;
    }
  }
  return placed;
}

function heightOf(panel: Panel): number {
  return panel.kind === 'stat' ? 4 : 8;
}

/** Fills lines of 24 columns from left to right. */
function toLines(panels: readonly Panel[]): Panel[][] {
  const lines: Panel[][] = [];
  let used = columns;
  for (const panel of panels) {
    if (used + panel.width > columns) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push(panel);
    used += panel.width;
  }
  return lines;
}

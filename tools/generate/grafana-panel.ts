import type { AlertDefinition } from '../../deploy/alerts/define-alert.ts';
import type { Panel } from '../../deploy/grafana/panel.ts';

export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface PlacedPanel {
  readonly id: number;
  readonly gridPos: GridPosition;
}

/** The dashboard asks for its data source, so that it fits any Grafana. */
export const datasource = { type: 'prometheus', uid: '$datasource' } as const;

const grafanaTypes = {
  stat: 'stat',
  timeseries: 'timeseries',
  bars: 'timeseries',
  heatmap: 'heatmap',
  states: 'state-timeline',
} as const;

const colours = { warning: 'orange', critical: 'red' } as const;

/** Adds to our panel what Grafana needs besides. */
export function toGrafanaPanel(panel: Panel, alerts: ReadonlyMap<string, AlertDefinition>, place: PlacedPanel) {
  const { title, description, kind } = panel;
  return {
    ...place,
    type: grafanaTypes[kind],
    title,
    description,
    datasource,
    fieldConfig: { defaults: fieldDefaults(panel, alerts), overrides: [] },
    options: optionsOf(kind),
    targets: panel.queries.map((query, index) => toTarget(panel, query, index)),
  };
}

function toTarget(panel: Panel, query: Panel['queries'][number], index: number) {
  return {
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource,
    expr: query.expr,
    legendFormat: query.legend,
    range: panel.kind !== 'stat',
    instant: panel.kind === 'stat',
    exemplar: panel.kind === 'timeseries' && query.expr.startsWith('histogram_quantile'),
    format: panel.kind === 'heatmap' ? 'heatmap' : 'time_series',
  };
}

function fieldDefaults(panel: Panel, alerts: ReadonlyMap<string, AlertDefinition>) {
  const steps = thresholdSteps(panel, alerts);
  const hasLines = panel.kind === 'timeseries' && steps.length > 1;
  const thresholds = { mode: 'absolute', steps };
  const common = {
    unit: panel.unit,
    thresholds,
    color: { mode: panel.kind === 'stat' ? 'thresholds' : 'palette-classic' },
  };
  switch (panel.kind) {
    case 'stat':
    case 'heatmap':
      return common;
    case 'states':
      return { ...common, mappings: breakerStates, custom: { fillOpacity: 80 } };
    case 'timeseries':
    case 'bars':
      return {
        ...common,
        min: 0,
        custom: {
          drawStyle: panel.kind === 'bars' ? 'bars' : 'line',
          fillOpacity: panel.kind === 'bars' ? 70 : 10,
          showPoints: 'never',
          spanNulls: false,
          stacking: { mode: panel.kind === 'bars' ? 'normal' : 'none', group: 'A' },
          thresholdsStyle: { mode: hasLines ? 'line' : 'off' },
        },
      };
  }
}

function thresholdSteps(panel: Panel, alerts: ReadonlyMap<string, AlertDefinition>) {
  const named = (panel.alerts ?? []).map((name) => {
    const alert = alerts.get(name);
    if (alert === undefined)
      throw new RangeError(`panel "${panel.title}" names the alert "${name}", which is not defined`);
    return { color: colours[alert.severity], value: alert.threshold };
  });
  const red = panel.redFrom === undefined ? [] : [{ color: colours.critical, value: panel.redFrom }];
  return [{ color: 'green', value: null }, ...[...named, ...red].sort((a, b) => a.value - b.value)];
}

/** The values of circuit_breaker_state. */
const breakerStates = [
  {
    type: 'value',
    options: {
      '0': { text: 'closed', color: 'green', index: 0 },
      '1': { text: 'open', color: 'red', index: 1 },
      '2': { text: 'half open', color: 'orange', index: 2 },
    },
  },
] as const;

function optionsOf(kind: Panel['kind']) {
  switch (kind) {
    case 'stat':
      return {
        colorMode: 'value',
        graphMode: 'none',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      };
    case 'heatmap':
      return { calculate: false, yAxis: { unit: 'short' }, color: { mode: 'scheme', scheme: 'Oranges', steps: 64 } };
    case 'states':
      return {
        mergeValues: true,
        showValue: 'auto',
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      };
    case 'timeseries':
    case 'bars':
      return {
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        tooltip: { mode: 'multi', sort: 'desc' },
      };
  }
}

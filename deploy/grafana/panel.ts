/** Grafana's names for units. */
export type PanelUnit = 'short' | 's' | 'percentunit' | 'reqps' | 'bytes' | 'none' | 'currencyUSD';

export interface PanelQuery {
  readonly expr: string;
  readonly legend: string;
}

/** A panel as we think of it; what Grafana needs besides is added when the dashboard is generated. */
export interface Panel {
  readonly title: string;
  /** What to read from it, shown on hover. */
  readonly description: string;
  readonly kind: 'stat' | 'timeseries' | 'bars' | 'heatmap' | 'states';
  readonly unit: PanelUnit;
  /** Of 24 columns. */
  readonly width: 3 | 4 | 6 | 8 | 12 | 24;
  readonly queries: readonly PanelQuery[];
  /** Alerts whose thresholds are drawn as lines, or colour a stat. */
  readonly alerts?: readonly string[];
  /** Stats without an alert: from which value on they turn red. */
  readonly redFrom?: number;
}

export interface PanelRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** The three quantiles people ask for, of one histogram. */
export function quantiles(histogram: string): PanelQuery[] {
  return ([0.5, 0.95, 0.99] as const).map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket[$__rate_interval])))`,
    legend: `p${quantile * 100}`,
  }));
}

/** The 95th percentile of one histogram, split by some of its labels. */
export function p95By(histogram: string, labels: readonly string[]): PanelQuery {
  const by = [...labels, 'le'].join(', ');
  return {
    expr: `histogram_quantile(0.95, sum by (${by}) (rate(${histogram}_bucket[$__rate_interval])))`,
    legend: labels.map((label) => `{{${label}}}`).join(' '),
  };
}

/** A counter's rate per second, split by some of its labels. */
export function rateBy(counter: string, labels: readonly string[]): PanelQuery {
  return {
    expr: `sum by (${labels.join(', ')}) (rate(${counter}[$__rate_interval]))`,
    legend: labels.map((label) => `{{${label}}}`).join(' '),
  };
}

/** How much a counter grew over some minutes, in whole numbers, as the alerts count. */
export function growthBy(counter: string, labels: readonly string[], minutes: number): PanelQuery {
  return {
    expr: `round(sum by (${labels.join(', ')}) (increase(${counter}[${minutes}m])))`,
    legend: labels.map((label) => `{{${label}}}`).join(' '),
  };
}

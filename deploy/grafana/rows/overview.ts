import type { PanelRow } from '../panel.ts';

export const overview: PanelRow = {
  title: 'Overview',
  panels: [
    {
      title: 'Alerts firing',
      description: 'As Prometheus sees them. Their runbooks are in docs/runbooks.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      redFrom: 1,
      queries: [{ expr: 'count(ALERTS{alertstate="firing"}) or vector(0)', legend: 'firing' }],
    },
    {
      title: 'Scans per minute',
      description: 'However they ended.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      queries: [{ expr: 'sum(rate(scan_requests_total[5m])) * 60', legend: 'scans' }],
    },
    {
      title: 'Scans that fail',
      description: 'Failures and timeouts, of all scans of five minutes. Empty while nothing is scanned.',
      kind: 'stat',
      unit: 'percentunit',
      width: 4,
      alerts: ['ElevatedScanErrorRate', 'HighScanErrorRate'],
      queries: [
        {
          expr: '(sum(increase(scan_requests_total{status=~"failure|timeout"}[5m])) or 0 * sum(increase(scan_requests_total[5m]))) / sum(increase(scan_requests_total[5m]))',
          legend: 'failed',
        },
      ],
    },
    {
      title: 'Scan duration, p95',
      description: 'From the request to the stored result.',
      kind: 'stat',
      unit: 's',
      width: 4,
      queries: [
        { expr: 'histogram_quantile(0.95, sum by (le) (rate(scan_duration_seconds_bucket[5m])))', legend: 'p95' },
      ],
    },
    {
      title: 'Breakers not closed',
      description: 'Open or half open: their source is not asked, or only on trial.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      redFrom: 1,
      queries: [{ expr: 'count(circuit_breaker_state > 0) or vector(0)', legend: 'not closed' }],
    },
    {
      title: 'Up since',
      description: 'A short time after every restart means it restarts too often.',
      kind: 'stat',
      unit: 's',
      width: 4,
      queries: [{ expr: 'time() - max(process_start_time_seconds{job="autotrader"})', legend: 'up' }],
    },
  ],
};

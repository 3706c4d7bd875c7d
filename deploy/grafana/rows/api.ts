import { type PanelRow, p95By, rateBy } from '../panel.ts';

export const api: PanelRow = {
  title: 'API',
  panels: [
    {
      title: 'Requests by status',
      description: 'Per second.',
      kind: 'timeseries',
      unit: 'reqps',
      width: 6,
      queries: [rateBy('api_requests_total', ['status_code'])],
    },
    {
      title: 'Duration by endpoint, p95',
      description: 'The lines are the thresholds of ElevatedAPILatency and HighAPILatency.',
      kind: 'timeseries',
      unit: 's',
      width: 6,
      alerts: ['ElevatedAPILatency', 'HighAPILatency'],
      queries: [p95By('api_request_duration_seconds', ['method', 'endpoint'])],
    },
    {
      title: 'Errors',
      description: 'Per second, by what went wrong.',
      kind: 'timeseries',
      unit: 'reqps',
      width: 6,
      queries: [rateBy('api_errors_total', ['endpoint', 'error_type'])],
    },
    {
      title: 'In flight',
      description: 'Requests being answered at the moment of the scrape.',
      kind: 'timeseries',
      unit: 'short',
      width: 6,
      queries: [{ expr: 'sum by (method, endpoint) (active_api_requests)', legend: '{{method}} {{endpoint}}' }],
    },
  ],
};

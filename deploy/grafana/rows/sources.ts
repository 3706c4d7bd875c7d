import { type PanelRow, p95By, rateBy } from '../panel.ts';

export const sources: PanelRow = {
  title: 'Sources',
  panels: [
    {
      title: 'Calls by source and status',
      description: 'Per second. What the cache answered is not among them.',
      kind: 'timeseries',
      unit: 'reqps',
      width: 8,
      queries: [rateBy('data_source_requests_total', ['source', 'status'])],
    },
    {
      title: 'Latency, p95',
      description: 'The line is the threshold of HighDataSourceLatency.',
      kind: 'timeseries',
      unit: 's',
      width: 8,
      alerts: ['HighDataSourceLatency'],
      queries: [p95By('data_source_latency_seconds', ['source'])],
    },
    {
      title: 'Errors by type',
      description: 'Per second.',
      kind: 'timeseries',
      unit: 'reqps',
      width: 8,
      queries: [rateBy('data_source_errors_total', ['source', 'error_type'])],
    },
    {
      title: 'Answered by the cache',
      description: 'Share of questions that cost no call.',
      kind: 'timeseries',
      unit: 'percentunit',
      width: 8,
      queries: [
        {
          expr: 'sum by (source) (rate(data_source_cache_hits_total[$__rate_interval])) / (sum by (source) (rate(data_source_cache_hits_total[$__rate_interval])) + sum by (source) (rate(data_source_cache_misses_total[$__rate_interval])))',
          legend: '{{source}}',
        },
      ],
    },
    {
      title: 'Calls left before the limit',
      description: 'Absent for a source that does not say and whose limit is not known.',
      kind: 'timeseries',
      unit: 'short',
      width: 8,
      queries: [{ expr: 'min by (source) (data_source_rate_limit_remaining)', legend: '{{source}}' }],
    },
    {
      title: 'Since the last success',
      description: 'Grows while a source is not asked, or does not answer.',
      kind: 'timeseries',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: 'time() - max by (source) (data_source_last_success_timestamp_seconds)',
          legend: '{{source}}',
        },
      ],
    },
  ],
};

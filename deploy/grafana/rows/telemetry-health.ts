import { growthBy, type PanelRow, rateBy } from '../panel.ts';

export const telemetryHealth: PanelRow = {
  title: 'Telemetry health',
  panels: [
    {
      title: 'Dropped in ten minutes',
      description: 'Logs, spans or samples that were lost, by reason. Anything above zero makes the rest less true.',
      kind: 'timeseries',
      unit: 'short',
      width: 6,
      queries: [growthBy('telemetry_dropped_total', ['signal', 'reason'], 10)],
    },
    {
      title: 'Waiting for export',
      description: 'A line that only rises belongs to a backend that does not answer.',
      kind: 'timeseries',
      unit: 'short',
      width: 6,
      queries: [{ expr: 'sum by (signal) (telemetry_queue_size)', legend: '{{signal}}' }],
    },
    {
      title: 'Export failures in ten minutes',
      description: 'By exporter.',
      kind: 'timeseries',
      unit: 'short',
      width: 6,
      queries: [growthBy('telemetry_export_failures_total', ['exporter'], 10)],
    },
    {
      title: 'Log lines by level',
      description: 'Per second.',
      kind: 'bars',
      unit: 'reqps',
      width: 6,
      queries: [rateBy('log_events_total', ['level'])],
    },
    {
      title: 'Series over their budget in ten minutes',
      description: 'Samples that went to the series __other__, by metric: totals stay right, detail is lost.',
      kind: 'timeseries',
      unit: 'short',
      width: 6,
      queries: [growthBy('metrics_series_overflow_total', ['metric'], 10)],
    },
    {
      title: 'Collectors that failed in ten minutes',
      description: 'Their metrics are missing from the scrape; all others are there.',
      kind: 'timeseries',
      unit: 'short',
      width: 6,
      queries: [growthBy('metrics_collector_errors_total', ['collector'], 10)],
    },
    {
      title: 'Memory',
      description: 'What the process holds and what of it is the JavaScript heap.',
      kind: 'timeseries',
      unit: 'bytes',
      width: 6,
      queries: [
        { expr: 'process_resident_memory_bytes{job="autotrader"}', legend: 'resident' },
        { expr: 'nodejs_heap_size_used_bytes{job="autotrader"}', legend: 'heap used' },
      ],
    },
    {
      title: 'Event loop busy',
      description: 'Near 1 nothing else gets its turn: scrapes, health checks and requests wait.',
      kind: 'timeseries',
      unit: 'percentunit',
      width: 6,
      queries: [{ expr: 'nodejs_eventloop_utilization{job="autotrader"}', legend: '{{instance}}' }],
    },
  ],
};

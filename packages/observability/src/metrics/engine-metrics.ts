// What the metrics engine says about itself. Plain data, because every registry declares these on itself when
// first needed, and the default registry at once (self-metrics.ts).

export const seriesOverflowDeclaration = {
  name: 'metrics_series_overflow_total',
  help: 'Samples kept under __other__ because a label was beyond its budget or outside its closed list.',
  labels: { metric: { limit: 1000 } },
} as const;

export const telemetryDroppedDeclaration = {
  name: 'telemetry_dropped_total',
  help: 'Telemetry that was lost, by signal and reason.',
  labels: { signal: ['logs', 'metrics', 'traces'], reason: { limit: 60 } },
} as const;

export const redactionsDeclaration = {
  name: 'redactions_total',
  help: 'Values removed because they look or are named like secrets.',
  labels: { sink: { limit: 30 } },
} as const;

export const scrapeDurationDeclaration = {
  name: 'metrics_scrape_duration_seconds',
  help: 'Time to answer a scrape: running the collectors, writing the text, handing it to the socket.',
  buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
} as const;

export const collectorErrorsDeclaration = {
  name: 'metrics_collector_errors_total',
  help: 'Collectors that threw or did not end within their deadline; their metrics were left out of that scrape.',
  labels: { collector: { limit: 200 } },
} as const;

export const collectorDurationDeclaration = {
  name: 'metrics_collector_duration_seconds',
  help: 'Time the last finished run of each collector took.',
  labels: { collector: { limit: 200 } },
} as const;

import { deferredCounter, deferredGauge, deferredHistogram } from './deferred-instruments.ts';
import {
  collectorDurationDeclaration,
  collectorErrorsDeclaration,
  redactionsDeclaration,
  scrapeDurationDeclaration,
  seriesOverflowDeclaration,
  telemetryDroppedDeclaration,
} from './engine-metrics.ts';

// What the library says about itself, each name spelled here only.

export const seriesOverflow = deferredCounter(seriesOverflowDeclaration);
export const scrapeDuration = deferredHistogram(scrapeDurationDeclaration);
export const collectorErrors = deferredCounter(collectorErrorsDeclaration);
export const collectorDuration = deferredGauge(collectorDurationDeclaration);
export const telemetryDropped = deferredCounter(telemetryDroppedDeclaration);

export const telemetryQueueSize = deferredGauge({
  name: 'telemetry_queue_size',
  help: 'Records in memory that wait to be written or exported.',
  labels: { signal: ['logs', 'metrics', 'traces'] },
});

export const telemetrySpooledBytes = deferredGauge({
  name: 'telemetry_spooled_bytes',
  help: 'Bytes on disk that wait for backends, over all exporters.',
});

export const telemetryExported = deferredCounter({
  name: 'telemetry_exported_total',
  help: 'Records that backends have taken.',
  labels: { signal: ['logs', 'metrics', 'traces'], exporter: { limit: 30 } },
});

export const telemetryExportFailures = deferredCounter({
  name: 'telemetry_export_failures_total',
  help: 'Exports a backend refused or did not answer in time.',
  labels: { exporter: { limit: 30 } },
});

export const logEvents = deferredCounter({
  name: 'log_events_total',
  help: 'Log records written.',
  labels: { level: ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] },
});

export const logEventsSuppressed = deferredCounter({
  name: 'log_events_suppressed_total',
  help: 'Log records held back on purpose.',
  labels: { reason: { limit: 30 } },
});

export const tracesSampledOut = deferredCounter({
  name: 'traces_sampled_out_total',
  help: 'Traces that tail sampling left out on purpose.',
});

export const spansSampledOut = deferredCounter({
  name: 'spans_sampled_out_total',
  help: 'Spans that tail sampling left out on purpose.',
});

export const tracesHeld = deferredGauge({
  name: 'traces_held',
  help: 'Traces that tail sampling has not decided yet.',
});

export const tracesHeldBytes = deferredGauge({
  name: 'traces_held_bytes',
  help: 'Estimated memory of the spans that tail sampling holds.',
});

export const tracesDecidedEarly = deferredCounter({
  name: 'traces_decided_early_total',
  help: 'Traces that tail sampling decided before their root ended, for want of room or time.',
});

export const baggageEntriesLeft = deferredCounter({
  name: 'baggage_entries_left_out_total',
  help: 'Baggage entries that were not sent because of the limits of its header.',
});

export const redactions = deferredCounter(redactionsDeclaration);

const buildInfo = deferredGauge({
  name: 'build_info',
  help: 'Always 1; its labels name the running build.',
  labels: { version: { limit: 5 }, commit: { limit: 5 } },
});

/** Shows `build_info{version,commit} 1`. What is not known is left empty. */
export function setBuildInfo(build: { readonly version?: string; readonly commit?: string }): void {
  buildInfo.set({ version: build.version ?? '', commit: build.commit ?? '' }, 1);
}

import type { ExportObserver } from '../export/export-queue.ts';
import { getLogger } from '../logs/logger.ts';
import { telemetryDropped, telemetryExportFailures, telemetryQueueSize } from '../metrics/self-metrics.ts';

const log = getLogger('observability.export');

// Several exporters keep queues of spans; the gauge shows them together.
const waitingByExporter = new Map<string, number>();

/** Turns what a span queue reports into metrics, and into one log line per change of state. */
export function createSpanObserver(exporter: string, url: string): ExportObserver {
  let failingSinceMs = 0;
  return {
    size(waiting) {
      waitingByExporter.set(exporter, waiting);
      let total = 0;
      for (const count of waitingByExporter.values()) total += count;
      telemetryQueueSize.set({ signal: 'traces' }, total);
    },
    dropped: (reason, count) => telemetryDropped.inc({ signal: 'traces', reason }, count),
    failed: () => telemetryExportFailures.inc({ exporter }),
    changed(state, reason) {
      if (state === 'failing') {
        failingSinceMs = performance.now();
        log.warning('exporter_failing', { exporter, url, reason });
      } else {
        const outageSeconds = Math.round((performance.now() - failingSinceMs) / 1_000);
        log.info('exporter_recovered', { exporter, url, outage_seconds: outageSeconds });
      }
    },
  };
}

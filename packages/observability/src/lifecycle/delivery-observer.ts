import type { DeliveryObserver } from '../export/pipeline/delivery-model.ts';
import { getLogger } from '../logs/logger.ts';
import {
  telemetryDropped,
  telemetryExported,
  telemetryExportFailures,
  telemetrySpooledBytes,
} from '../metrics/self-metrics.ts';

// What is said here may itself be sent to the exporter it is about. That cannot feed itself: each line stands for a change
// of state, and a request makes at most one.
const log = getLogger('observability.export');

/** Turns what delivery reports into metrics, and into one log line per change of state. */
export function createDeliveryObserver(): DeliveryObserver {
  const bytesByExporter = new Map<string, number>();
  return {
    dropped: (signal, reason, records) => telemetryDropped.inc({ signal, reason }, records),
    exported: (signal, exporter, records) => telemetryExported.inc({ signal, exporter }, records),
    failed: (exporter) => telemetryExportFailures.inc({ exporter }),
    spooledBytes(exporter, bytes) {
      bytesByExporter.set(exporter, bytes);
      telemetrySpooledBytes.set([...bytesByExporter.values()].reduce((sum, each) => sum + each, 0));
    },
    spoolChanged(exporter, state, reason) {
      if (state === 'failing') log.warning('spool_failing', { exporter, reason });
      else log.info('spool_recovered', { exporter });
    },
    unavailable(exporter, signal, error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warning('exporter_unavailable', { exporter, signal, reason });
    },
    failing: (trouble, { exporter, signal, url }, reason) =>
      log.warning('exporter_failing', { exporter, url, signal, trouble, reason }),
    recovered: (trouble, { exporter, signal, url }, outageMs) =>
      log.info('exporter_recovered', {
        exporter,
        url,
        signal,
        trouble,
        outage_seconds: Math.round(outageMs / 100) / 10,
      }),
  };
}

import type { MergeOutcome, RefusalReason } from '../merge/metric-source.ts';
import type { BoundCounter } from '../metrics/instruments.ts';
import type { MetricDeclarer } from '../metrics/metric-declarer.ts';
import { type ReceiverOutcome, receiverOutcomes } from './receiver-outcome.ts';

// As an object, so that a reason added to the merge has to be added here.
const reasons: Readonly<Record<RefusalReason, true>> = {
  invalid_name: true,
  invalid_value: true,
  invalid_temporality: true,
  invalid_histogram: true,
  label_limits: true,
  reserved_name: true,
  type_conflict: true,
  bucket_bounds: true,
  max_series: true,
  max_sources: true,
};
const refusalReasons = Object.keys(reasons) as readonly RefusalReason[];

/** What the receiver says about itself. Every label is a closed list: nothing that is sent makes a series. */
export interface ReceiverMetrics {
  readonly active: { inc(): void; dec(): void };
  requestEnded(outcome: ReceiverOutcome, durationMs: number): void;
  bodyRead(sentBytes: number, bytes: number): void;
  pointsMerged(outcome: MergeOutcome): void;
}

export function declareReceiverMetrics(registry: MetricDeclarer): ReceiverMetrics {
  const requests = registry.counter({
    name: 'otlp_receiver_requests_total',
    help: 'Requests to the receiver of metrics, by how they ended.',
    labels: { outcome: receiverOutcomes },
  });
  const duration = registry.histogram({
    name: 'otlp_receiver_request_duration_seconds',
    help: 'Time from the arrival of a request to its answer, of those whose body was read.',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
  });
  const active = registry.gauge({
    name: 'otlp_receiver_active_requests',
    help: 'Requests that are being read or worked on.',
  });
  const bytes = registry.counter({
    name: 'otlp_receiver_body_bytes_total',
    help: 'Bytes of the bodies read, as they were sent and after decompression.',
    labels: { form: ['sent', 'decompressed'] },
  });
  const accepted = registry.counter({
    name: 'otlp_receiver_points_accepted_total',
    help: 'Data points taken from other processes.',
  });
  const rejected = registry.counter({
    name: 'otlp_receiver_points_rejected_total',
    help: 'Data points of other processes that were not taken, by reason.',
    labels: { reason: refusalReasons },
  });
  const sent = bytes.with({ form: 'sent' });
  const decompressed = bytes.with({ form: 'decompressed' });
  const byOutcome = new Map<ReceiverOutcome, BoundCounter>(
    receiverOutcomes.map((outcome) => [outcome, requests.with({ outcome })]),
  );
  return {
    active,
    requestEnded(outcome, durationMs) {
      byOutcome.get(outcome)?.inc();
      if (outcome === 'accepted' || outcome === 'partial') duration.observe(durationMs / 1_000);
    },
    bodyRead(sentBytes, bodyBytes) {
      sent.inc(sentBytes);
      decompressed.inc(bodyBytes);
    },
    pointsMerged(outcome) {
      accepted.inc(outcome.accepted);
      for (const reason of refusalReasons) {
        const count = outcome.reasons[reason] ?? 0;
        if (count > 0) rejected.inc({ reason }, count);
      }
    },
  };
}

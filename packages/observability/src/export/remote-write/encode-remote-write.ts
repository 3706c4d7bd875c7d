import type { MetricData, ResourceMetrics } from '../../otlp/metric-model.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import { RequestWriter } from './request-writer.ts';
import { toCommonLabels, toTargetAttributes } from './series-labels.ts';
import { writeMetric } from './write-points.ts';

/**
 * Requests of Prometheus remote write 1.0, not compressed yet, of cumulative metrics. Series are named as in `/metrics`
 * and carry `job` (service.namespace/service.name), `instance` (service.instance.id) and the external labels; labels of a
 * metric of these names become `exported_job` and `exported_instance`, as in a scrape, and other labels of it win over
 * external ones. A point without a value becomes a stale marker. The rest of the resource is in `target_info`.
 *
 * Delta points have no form there and are left out.
 */
export function encodeRemoteWrite(
  metrics: readonly ResourceMetrics[],
  externalLabels: Readonly<Record<string, string>>,
): readonly EncodedBatch[] {
  return metrics.flatMap((one) => encodeResource(one, externalLabels));
}

function encodeResource(
  { resource, scopes }: ResourceMetrics,
  externalLabels: Readonly<Record<string, string>>,
): readonly EncodedBatch[] {
  const common = toCommonLabels(resource, externalLabels);
  const request = new RequestWriter(common);
  // Apart, because a receiver without native histograms refuses the whole request that has one.
  const native = new RequestWriter(common);
  const all = scopes.flatMap((scope) => scope.metrics);
  const info = toTargetInfo(toTargetAttributes(resource), all);
  if (info !== null) writeMetric(info, request);
  for (const metric of all) writeMetric(metric, metric.kind === 'exponential_histogram' ? native : request);
  return [...request.close(), ...native.close()];
}

/** By the rules for resources: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics */
function toTargetInfo(
  attributes: ResourceMetrics['resource']['attributes'],
  metrics: readonly MetricData[],
): MetricData | null {
  const first = metrics.find(({ points }) => points.length > 0)?.points[0];
  if (first === undefined || Object.keys(attributes).length === 0) return null;
  const { timeUnixNano } = first;
  const point = { attributes, startTimeUnixNano: 0n, timeUnixNano, flags: 0, value: 1, exemplars: [] };
  return { name: 'target_info', description: 'Target metadata', unit: '', kind: 'gauge', points: [point] };
}

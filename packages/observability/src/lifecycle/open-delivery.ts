import type { ObservabilityConfig } from '../config/schema.ts';
import { readSpoolDirectory } from '../config/spool-directory.ts';
import type { Environment } from '../config/substitution.ts';
import { type Delivery, startDelivery } from '../export/delivery.ts';
import type { ExporterPlan } from '../export/exporter-plan.ts';
import { createMetricReader } from '../export/metrics/metric-reader.ts';
import { toServiceResource } from '../export/otlp/service-resource.ts';
import type { DeliveryParts, DeliverySettings } from '../export/pipeline/delivery-model.ts';
import { createPipelineClock } from '../export/pipeline/pipeline-clock.ts';
import { planExporters } from '../export/plan-exporters.ts';
import { createDiskSpool } from '../export/spool/disk-spool.ts';
import { defaultRegistry } from '../metrics/default-registry.ts';
import { outsideTraces } from '../tracing/outside-traces.ts';
import { createDeliveryObserver } from './delivery-observer.ts';

/** Opens the ways out that a configuration asks for. Never rejects because of one that cannot be opened. */
export function openDelivery(
  config: ObservabilityConfig,
  { env, only }: { readonly env?: Environment | undefined; readonly only?: 'traces' },
): Promise<Delivery> {
  const plans = planExporters(config).map((plan) => (only === undefined ? plan : onlyTraces(plan)));
  return startDelivery(plans, toDeliverySettings(config), toDeliveryParts(config, env));
}

function onlyTraces({ name, url, traces }: ExporterPlan): ExporterPlan {
  return traces === undefined ? { name, url } : { name, url, traces };
}

function toDeliverySettings({ performance: limits, export: settings }: ObservabilityConfig): DeliverySettings {
  return {
    queue: {
      maxQueueSize: limits.span_max_queue_size,
      batchSize: Math.min(limits.span_batch_size, limits.span_max_queue_size),
      delayMs: limits.span_export_delay_seconds * 1_000,
      timeoutMs: limits.export_timeout_seconds * 1_000,
    },
    maxQueueBytes: settings.max_queue_bytes,
    retry: {
      firstMs: settings.retry.first_seconds * 1_000,
      longestMs: settings.retry.longest_seconds * 1_000,
      failuresToOpen: settings.retry.failures_to_open,
    },
  };
}

function toDeliveryParts(config: ObservabilityConfig, env: Environment | undefined): DeliveryParts {
  const { spool } = config.export;
  const directory = readSpoolDirectory(config, env);
  const resource = toServiceResource(config);
  return {
    clock: createPipelineClock(outsideTraces),
    random: Math.random,
    observer: createDeliveryObserver(),
    openReader: ({ temporality, exponential }) =>
      createMetricReader({ registry: defaultRegistry(), temporality, exponential, resource, now: Date.now }),
    openSpool: spool.enabled
      ? (exporter, observer) =>
          createDiskSpool({
            directory,
            exporter,
            maxBytes: spool.max_bytes,
            maxAgeMs: spool.max_age_seconds * 1_000,
            observer,
            now: Date.now,
            steadyNow: () => performance.now(),
          })
      : undefined,
  };
}

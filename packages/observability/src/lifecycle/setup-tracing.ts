import { loadObservabilityConfig } from '../config/observability-config.ts';
import type { Delivery } from '../export/delivery.ts';
import type { Tracing } from '../tracing/start-tracing.ts';
import type { Outgoing } from './start-parts.ts';

/** Which traces are kept. What is left out has the defaults of the section `tracing.sampling`. */
export interface TracingSampling {
  /**
   * `probability` keeps a share of all traces; `parent_based` follows the caller and decides like `probability` where there
   * is none; `tail` decides when a trace is over: failed and slow ones are kept, and a share of the others.
   */
  readonly strategy: 'always_on' | 'always_off' | 'probability' | 'parent_based' | 'tail';
  /** Share of the traces kept; 0 to 1. @default 1 */
  readonly probability?: number;
  /** How long a trace takes that `tail` keeps for being slow. @default 5 */
  readonly slowSeconds?: number;
}

/** Tracing on its own; what is left out comes from the environment (OTEL_*) and the defaults. */
export interface SetupTracingOptions {
  readonly serviceName: string;
  readonly environment?: string;
  readonly version?: string;
  /** @default always_on */
  readonly sampling?: TracingSampling;
  /** Base address of an OTLP/HTTP receiver, e.g. `http://127.0.0.1:4318`. @default no export */
  readonly otlpEndpoint?: string;
  /** Write every span as a log line. @default false */
  readonly console?: boolean;
}

/** Tracing that was set up on its own. */
export interface TracingHandle {
  /**
   * Sends what waits within 2 s (or `performance.shutdown_timeout_seconds`), then stops. What could not be sent is on the
   * disk for the next start (`spooled`), or dropped (`lost`, since the start).
   */
  shutdown(): Promise<{ readonly sent: number; readonly spooled: number; readonly lost: number }>;
}

/**
 * Sets up tracing without a configuration file. Spans that wait when the process ends for want of work or by
 * SIGTERM or SIGINT are sent; what cannot be sent then, or when it exits in another way, is left on the disk for the next
 * start. A provider already registered by the host is used instead of ours;
 * without the optional OpenTelemetry packages everything stays a no-op and one line says so.
 *
 * @throws ConfigError when a value here or in the environment is wrong
 */
export async function setupTracing(options: SetupTracingOptions): Promise<TracingHandle> {
  const { otlpEndpoint } = options;
  // Loaded when tracing is set up, not with the library.
  const [{ startTracing }, { hasExporters, toTracingSettings }, { installProcessHooks }] = await Promise.all([
    import('../tracing/start-tracing.ts'),
    import('./settings.ts'),
    import('./process-hooks.ts'),
  ]);
  const { config } = await loadObservabilityConfig({
    overrides: {
      service_name: options.serviceName,
      environment: options.environment,
      version: options.version,
      tracing: {
        sampling: toSampling(options.sampling),
        exporters: {
          console: options.console === undefined ? {} : { enabled: options.console },
          otlp: otlpEndpoint === undefined ? {} : { enabled: true, endpoint: otlpEndpoint },
        },
      },
    },
  });
  const delivery = hasExporters(config)
    ? await (await import('./open-delivery.ts')).openDelivery(config, { only: 'traces' })
    : undefined;
  const tracing = await startTracing(
    toTracingSettings(config),
    delivery?.carries('traces') ? delivery.pushSpan : undefined,
  );
  if (delivery === undefined) return { shutdown: async () => endWithout(tracing) };
  const budgetMs = config.performance.shutdown_timeout_seconds * 1_000;
  const outgoing = toOutgoing(tracing, delivery);
  const shutdown: TracingHandle['shutdown'] = async () => {
    const { flushed, spooled, lost } = await outgoing.close(budgetMs);
    removeHooks();
    return { sent: flushed.traces, spooled: spooled.traces, lost: lost.traces };
  };
  // Errors that nobody caught are for who set up logging to tell.
  const removeHooks = installProcessHooks({ outgoing, shutdown, budgetMs, tellsErrors: false });
  return { shutdown };
}

function endWithout(tracing: Tracing): Awaited<ReturnType<TracingHandle['shutdown']>> {
  tracing.close();
  return { sent: 0, spooled: 0, lost: 0 };
}

function toOutgoing(tracing: Tracing, delivery: Delivery): Outgoing {
  return {
    waiting() {
      tracing.drain();
      return delivery.waiting('traces');
    },
    hasMetrics: false,
    lost: delivery.lost,
    flush(budgetMs) {
      tracing.drain();
      return delivery.flush(budgetMs);
    },
    close(budgetMs) {
      tracing.close();
      return delivery.close(budgetMs);
    },
    closeSync(budgetMs) {
      tracing.drain();
      return delivery.closeSync(budgetMs);
    },
  };
}

function toSampling(sampling: TracingSampling | undefined): object {
  if (sampling === undefined) return {};
  const { slowSeconds, ...same } = sampling;
  return { ...same, slow_seconds: slowSeconds };
}

import cluster from 'node:cluster';
import { isMainThread } from 'node:worker_threads';
import type { ObservabilityConfig } from '../config/schema.ts';
import { initObservability } from '../lifecycle/init-observability.ts';
import { getLogger } from '../logs/logger.ts';
import { startMetricsServer } from '../metrics-server/metrics-server.ts';
import { tracingState } from '../tracing/tracing-state.ts';
import { instrument } from './instrumentation.ts';

const log = getLogger('observability.register');

// An application registers its own tracer provider as one of the first things it does; a request decides earlier.
const settleAfterMs = 3_000;

/**
 * Starts everything as file and environment say, before the application. Nothing that goes wrong here is the
 * application's problem: it runs all the same, and a line says why it is not observed.
 */
export async function startRetrofit(): Promise<void> {
  tracingState.yields = true;
  try {
    const { config } = await initObservability();
    setTimeout(() => tracingState.settle?.(), settleAfterMs).unref();
    instrument(config.tracing.instrumentation);
    // Children and threads would fight for the port; the process that has it shows their metrics, too.
    if (config.metrics.enabled && isMainThread && !cluster.isWorker) await serveMetrics(config.metrics);
  } catch (error) {
    log.exception('observability_not_started', error);
  }
}

async function serveMetrics(metrics: ObservabilityConfig['metrics']): Promise<void> {
  const { bearer_tokens, basic_users, tls } = metrics.access;
  try {
    const { url } = await startMetricsServer({
      port: metrics.port,
      address: metrics.address,
      path: metrics.path,
      access: { bearerTokens: bearer_tokens, basicUsers: basic_users },
      ...(tls === undefined ? {} : { tls: { certFile: tls.cert_file, keyFile: tls.key_file } }),
      holdsProcess: false,
    });
    log.info('listening', { url: `${url}${metrics.path}` });
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    log.warning('metrics_server_not_started', { code, reason: message, port: metrics.port });
  }
}

import {
  getTraceId,
  initObservability,
  type Observability,
  startMetricsHub,
  traceOperation,
} from '@autotrader/observability';
import type { Environment } from '../settings/settings.ts';
import { type DoctorCheck, defineCheck, failed, passed, skipped } from './doctor-check.ts';

export interface TelemetryCheckOptions {
  readonly env: Environment;
  readonly observabilityFile?: string | undefined;
}

export interface TelemetryChecks {
  readonly logging: DoctorCheck;
  readonly metrics: DoctorCheck;
  readonly tracing: DoctorCheck;
  /** Comes last: it ends telemetry to see whether everything was delivered. */
  readonly exporters: DoctorCheck;
}

/** Starts telemetry as a process would, once for all its checks. Lines go to stderr, errors only, so that the answers stay readable. */
export function telemetryChecks({ env, observabilityFile }: TelemetryCheckOptions): TelemetryChecks {
  let started: Promise<Observability> | undefined;
  const telemetry = (): Promise<Observability> => {
    started ??= initObservability({
      env,
      logTo: 'stderr',
      overrides: { logging: { level: 'ERROR' } },
      ...(observabilityFile === undefined ? {} : { config: observabilityFile }),
    });
    return started;
  };
  return {
    logging: defineCheck('logging', async () => {
      const { config } = await telemetry();
      return passed(`format ${config.logging.format}, ${config.logging.redact_fields.length} kinds of secret removed`);
    }),
    metrics: defineCheck('metrics', async () => checkMetrics(await telemetry())),
    tracing: defineCheck('tracing', async () => checkTracing(await telemetry())),
    exporters: defineCheck('exporters', async () => checkExporters(await telemetry())),
  };
}

/** The metrics server as a process of its own runs it, on any free ports and open to this machine. */
async function checkMetrics({ config: { metrics } }: Observability) {
  if (!metrics.enabled) return skipped('off in the configuration');
  const config = { ...metrics, access: { bearer_tokens: [], basic_users: {} } };
  const local = { port: 0, address: '127.0.0.1', receiverPort: 0, receiverAddress: '127.0.0.1' };
  const hub = await startMetricsHub({ config, ...local });
  try {
    const response = await fetch(hub.url + metrics.path, { signal: AbortSignal.timeout(5_000) });
    const families = (await response.text()).split('\n').filter((line) => line.startsWith('# TYPE ')).length;
    if (!response.ok || families === 0)
      return failed(`${metrics.path} answered HTTP ${response.status} with ${families} metrics`);
    if (hub.receiverUrl === null) return passed(`${families} metrics served`);
    const sent = await fetch(`${hub.receiverUrl}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(5_000),
    });
    if (!sent.ok) return failed(`the receiver of metrics answered HTTP ${sent.status}`);
    return passed(`${families} metrics served, OTLP of other processes taken`);
  } finally {
    await hub.close();
  }
}

async function checkTracing({ config }: Observability) {
  if (!config.tracing.enabled) return skipped('off in the configuration');
  const traceId = await traceOperation('doctor.probe', {}, async () => getTraceId());
  if (traceId === undefined) {
    return failed(
      'spans are not recorded',
      'Install the optional packages: npm install @opentelemetry/sdk-trace-base @opentelemetry/context-async-hooks',
    );
  }
  return passed(`spans are recorded, sampling ${config.tracing.sampling.strategy}`);
}

async function checkExporters(telemetry: Observability) {
  const { exporters } = telemetry.config.tracing;
  const enabled = Object.entries(exporters)
    .filter(([, exporter]) => exporter.enabled)
    .map(([name]) => name);
  const { flushed, spooled, lost } = await telemetry.shutdown();
  if (enabled.length === 0) return skipped('none is configured; spans stay in the process');
  const names = enabled.join(', ');
  const untaken = spooled.traces + lost.traces;
  if (untaken === 0) return passed(`${names}: ${flushed.traces} spans delivered`);
  return failed(
    `${names}: ${untaken} of ${flushed.traces + untaken} spans were not taken`,
    'Check that the receiver runs, and its address in the telemetry settings.',
  );
}

import { loadObservabilityConfig } from '../config/observability-config.ts';
import type { ObservabilityConfig } from '../config/schema.ts';
import type { Environment } from '../config/substitution.ts';
import { readTerminal } from '../config/terminal.ts';
import { getLogger } from '../logs/logger.ts';
import { activePipeline, configureLogs } from '../logs/pipeline.ts';
import { openLogOutput } from '../logs/sinks/log-output.ts';
import { defaultRegistry } from '../metrics/default-registry.ts';
import { registerProcessMetrics } from '../metrics/process/process-metrics.ts';
import { setBuildInfo } from '../metrics/self-metrics.ts';
import { startTracing, type Tracing } from '../tracing/start-tracing.ts';
import { callerLocation } from './caller-location.ts';
import { connectMetrics } from './connect-metrics.ts';
import { installProcessHooks } from './process-hooks.ts';
import { toLogOutput, toLogSettings, toTracingSettings } from './settings.ts';

/** Where the configuration comes from and where lines go. */
export interface InitOptions {
  /** Path of a YAML file with an `observability:` section. @default the environment's OBSERVABILITY_CONFIG, else none */
  readonly config?: string | undefined;
  /** From the command line; wins over environment and file, e.g. `{ logging: { level: 'DEBUG' } }`. */
  readonly overrides?: object | undefined;
  /** @default 'stdout' */
  readonly logTo?: 'stdout' | 'stderr';
  /** @default process.env */
  readonly env?: Environment | undefined;
}

/** What shutting down achieved. */
export interface ShutdownReport {
  readonly spansSent: number;
  /** Dropped since the start, because the queue was full, the backend refused them or the time ran out. */
  readonly spansLost: number;
  /** Lines that could not be written since the start. */
  readonly linesLost: number;
  readonly durationMs: number;
}

/** Running observability. */
export interface Observability {
  readonly config: ObservabilityConfig;
  /** Which layer each value of `config` came from, by dotted key. */
  readonly origins: ReadonlyMap<string, string>;
  /**
   * Sends and writes what waits and says in one line, `telemetry_shutdown`, what was lost. Ends within
   * `performance.shutdown_timeout_seconds` even if every backend is dead; may be called again.
   */
  shutdown(): Promise<ShutdownReport>;
}

interface Started {
  readonly at: string;
  readonly running: Promise<Observability>;
}

const log = getLogger('observability');
const startedKey = Symbol.for('@autotrader/observability:started:1');
const holder = globalThis as { [startedKey]?: Started };

/**
 * Starts logging, metrics and tracing as configured. A second call, also from another copy of this package, changes
 * nothing: it warns, says where the first call was, and returns what that one made.
 *
 * @throws ConfigError with all problems of the configuration; then nothing has been started
 */
export function initObservability(options: InitOptions = {}): Promise<Observability> {
  const at = callerLocation(initObservability);
  const first = holder[startedKey];
  if (first !== undefined) {
    log.warning('observability_already_initialized', { first_at: first.at, again_at: at });
    return first.running;
  }
  const forget = (): void => {
    delete holder[startedKey];
  };
  const running = start(options, forget);
  holder[startedKey] = { at, running };
  running.catch(forget);
  return running;
}

async function start(options: InitOptions, forget: () => void): Promise<Observability> {
  const { env, logTo = 'stdout' } = options;
  const { config, origins } = await loadObservabilityConfig({
    file: options.config,
    overrides: options.overrides,
    env,
  });
  const sink = await openLogOutput(toLogOutput(config, readTerminal(logTo, env), logTo));
  configureLogs(toLogSettings(config, sink));
  const tracing = await startTracing(toTracingSettings(config));
  connectMetrics(defaultRegistry(), config.metrics.histogram_buckets);
  const removeProcessMetrics = config.metrics.enabled ? registerProcessMetrics() : () => undefined;
  setBuildInfo({ version: config.version });

  const lostBefore = countLost('traces');
  const budgetMs = config.performance.shutdown_timeout_seconds * 1_000;
  let ending: Promise<ShutdownReport> | undefined;
  const shutdown = (): Promise<ShutdownReport> => {
    ending ??= endWithin(budgetMs, { tracing, lostBefore }).finally(() => {
      removeHooks();
      removeProcessMetrics();
      forget();
    });
    return ending;
  };
  const removeHooks = installProcessHooks({ tracing, shutdown, budgetMs });
  return { config, origins, shutdown };
}

// Kept for the lines, which come last because they tell about the spans.
const linesShare = 0.2;

async function endWithin(
  budgetMs: number,
  { tracing, lostBefore }: { readonly tracing: Tracing; readonly lostBefore: number },
): Promise<ShutdownReport> {
  const startedMs = performance.now();
  const { sent } = await tracing.close(budgetMs * (1 - linesShare));
  const lost = countLost('traces') - lostBefore;
  const spans = { spans_sent: sent, spans_lost: lost, lines_lost: countLost('logs') };
  const fields = { ...spans, duration_seconds: Math.round(performance.now() - startedMs) / 1_000 };
  if (lost > 0 || spans.lines_lost > 0) log.warning('telemetry_shutdown', fields);
  else log.info('telemetry_shutdown', fields);
  const unwritten = await activePipeline.sink.flush(Math.max(50, budgetMs - (performance.now() - startedMs)));
  return {
    spansSent: sent,
    spansLost: lost,
    linesLost: countLost('logs') + unwritten,
    durationMs: performance.now() - startedMs,
  };
}

function countLost(signal: 'logs' | 'traces'): number {
  return defaultRegistry().value('telemetry_dropped_total', { signal }) ?? 0;
}

import { resolve } from 'node:path';
import type { ConfigWarning } from '../config/environment-layer.ts';
import { configFileOf, loadObservabilityConfig } from '../config/observability-config.ts';
import type { ObservabilityConfig } from '../config/schema.ts';
import type { Environment } from '../config/substitution.ts';
import type { DeliveryReport, SignalCounts } from '../export/delivery.ts';
import { getLogger } from '../logs/logger.ts';
import { activePipeline } from '../logs/pipeline.ts';
import { defaultRegistry } from '../metrics/default-registry.ts';
import { isRegularFile, readSignature, watchFile } from './file-watch.ts';
import { takeLive } from './live-settings.ts';
import { installProcessHooks } from './process-hooks.ts';
import { createReloader, type ReloadReport, type ReloadTrigger } from './reload.ts';
import { type Outgoing, startParts } from './start-parts.ts';

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
  /** Taken by the receivers during the shutdown; of what had waited, as the next two, over all exporters. */
  readonly flushed: SignalCounts;
  /** On the disk, for the next start of the service: see `export.spool`. */
  readonly spooled: SignalCounts;
  /** Dropped since the start, for any reason; also lines that an output could not write. */
  readonly lost: SignalCounts;
  /** As `flushed.traces`. */
  readonly spansSent: number;
  /** As `lost.traces`. */
  readonly spansLost: number;
  /** As `lost.logs`. */
  readonly linesLost: number;
  readonly durationMs: number;
}

/** Running observability. */
export interface Observability {
  /** What holds now: a reload replaces it, so read it when it is needed instead of taking it apart once. */
  readonly config: ObservabilityConfig;
  /** Which layer each value of `config` came from, by dotted key. */
  readonly origins: ReadonlyMap<string, string>;
  /**
   * Reads the file and the environment again, as SIGHUP and a change of the file do, and opens log files anew. Log levels
   * (also of single loggers), sampling, throttling, redaction, `default_fields` and `debug_on_failure` change at once;
   * `needsRestart` names what else differs. A wrong configuration changes nothing. Never rejects.
   */
  reload(): Promise<ReloadReport>;
  /**
   * Sends and writes what waits, moves to the disk what cannot be sent, and says in one line, `telemetry_shutdown`, what
   * was flushed, spooled and lost. Ends within `performance.shutdown_timeout_seconds` even if every backend is dead and the
   * disk hangs; may be called again. A process that exits, crashes or is ended by SIGTERM or SIGINT without it leaves what
   * waits on the disk as well; only SIGKILL and a power cut lose what was in memory.
   */
  shutdown(): Promise<ShutdownReport>;
}

const log = getLogger('observability');

/** Reads the configuration and starts what it asks for. `forget` lets the next call start anew. */
export async function startObservability(options: InitOptions, forget: () => void): Promise<Observability> {
  const { env, overrides, logTo = 'stdout' } = options;
  const named = configFileOf({ file: options.config, env });
  // Read before the file, so that a change in between is noticed; absolute, because the working directory may change.
  const file =
    named === undefined
      ? undefined
      : { path: resolve(named), since: await readSignature(named), isRegular: await isRegularFile(named) };
  const loaded = await loadObservabilityConfig({ file: named, overrides, env });
  const { config, warnings } = loaded;
  const parts = await startParts(config, { env, logTo });
  tellWarnings(warnings);

  const reloader = createReloader({
    loaded,
    load: () => loadObservabilityConfig({ file: file?.path, overrides, env }),
    takeLive: (running, next) => takeLive(running, next, parts),
    apply: parts.apply,
  });
  const reload = (trigger: ReloadTrigger): Promise<ReloadReport> => {
    // Whoever moved the files aside says so in the same way; a change of the configuration says nothing about them.
    if (trigger !== 'file_change') activePipeline.sink.reopen?.();
    return reloader.reload(trigger);
  };
  const lostBefore = { traces: countLost('traces') };
  const budgetMs = config.performance.shutdown_timeout_seconds * 1_000;
  let ending: Promise<ShutdownReport> | undefined;
  const shutdown = (): Promise<ShutdownReport> => {
    reloader.close();
    ending ??= endWithin(budgetMs, { outgoing: parts.outgoing, lostBefore }).finally(() => {
      stopWatching();
      removeHooks();
      parts.stopMeasuring();
      forget();
    });
    return ending;
  };
  const onHangup = config.reload.on_sighup ? () => void reload('sighup') : undefined;
  const removeHooks = installProcessHooks({ outgoing: parts.outgoing, shutdown, budgetMs, onHangup });
  const stopWatching =
    file?.isRegular === true && config.reload.watch_file
      ? watchFile(file.path, { since: file.since, onChange: () => void reload('file_change') })
      : () => undefined;
  return {
    get config() {
      return reloader.loaded().config;
    },
    get origins() {
      return reloader.loaded().origins;
    },
    reload: () => reload('call'),
    shutdown,
  };
}

/** In one line, because who sets one variable we cannot honour often sets ten. */
function tellWarnings(warnings: readonly ConfigWarning[]): void {
  if (warnings.length === 0) return;
  log.warning('environment_variables_ignored', {
    variables: warnings.map(({ where, message }) => `${where}: ${message}`),
  });
}

// Kept for the lines, which come last because they tell about the spans.
const linesShare = 0.2;
const lastWordBudgetMs = 50;

async function endWithin(
  budgetMs: number,
  { outgoing, lostBefore }: { readonly outgoing: Outgoing; readonly lostBefore: { readonly traces: number } },
): Promise<ShutdownReport> {
  const startedMs = performance.now();
  const { flushed, spooled, lost: lostMetrics } = await outgoing.close(budgetMs * (1 - linesShare));
  const lost = {
    traces: countLost('traces') - lostBefore.traces,
    metrics: lostMetrics.metrics,
    logs: countLost('logs'),
  };
  tellShutdown({ flushed, spooled, lost }, performance.now() - startedMs);
  const { sink } = activePipeline;
  const leftMs = Math.max(50, budgetMs - (performance.now() - startedMs));
  const unwritten = await (sink.close?.(leftMs) ?? sink.flush(leftMs));
  const lostAtEnd = countLost('logs') - lost.logs;
  if (lostAtEnd > 0) {
    // Streams and files still take lines; a signal that ends the process next would not wait for a turn.
    log.warning('log_lines_lost', { lines_lost: lostAtEnd });
    sink.flushSync(lastWordBudgetMs);
  }
  const linesLost = countLost('logs') + unwritten;
  return {
    flushed,
    spooled,
    lost: { ...lost, logs: linesLost },
    spansSent: flushed.traces,
    spansLost: lost.traces,
    linesLost,
    durationMs: performance.now() - startedMs,
  };
}

function tellShutdown({ flushed, spooled, lost }: DeliveryReport, durationMs: number): void {
  const total = ({ logs, metrics, traces }: SignalCounts): number => logs + metrics + traces;
  const fields = {
    flushed: total(flushed),
    spooled: total(spooled),
    lost: total(lost),
    flushed_by_signal: flushed,
    spooled_by_signal: spooled,
    lost_by_signal: lost,
    spans_sent: flushed.traces,
    spans_lost: lost.traces,
    lines_lost: lost.logs,
    duration_seconds: Math.round(durationMs) / 1_000,
  };
  if (fields.lost > 0) log.warning('telemetry_shutdown', fields);
  else log.info('telemetry_shutdown', fields);
}

function countLost(signal: 'logs' | 'traces'): number {
  return defaultRegistry().value('telemetry_dropped_total', { signal }) ?? 0;
}

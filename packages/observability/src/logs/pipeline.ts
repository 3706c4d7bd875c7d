import { defaultRedactFields } from '../redaction/default-fields.ts';
import { activeIds } from '../tracing/active-ids.ts';
import { type LogLevel, levelRank } from './level.ts';
import { createLineEncoder, type ServiceIdentity } from './line-encoder.ts';
import { logCounters } from './log-counters.ts';
import type { LogFields, LogRecord } from './log-record.ts';
import { createLogSampler, type LogSampling } from './sampling.ts';
import type { LogSink } from './sinks/log-sink.ts';
import { createLazySink, exitTimeLeftMs, openStandardSink } from './sinks/open-sinks.ts';

/** Everything that decides what becomes of a log record. */
export interface LogSettings extends ServiceIdentity {
  readonly level: LogLevel;
  /** Levels of single loggers; a name covers the names below it (`shop` covers `shop.orders`), the longest match wins. */
  readonly loggerLevels: Readonly<Record<string, LogLevel>>;
  readonly defaultFields: LogFields;
  readonly redactFields: readonly string[];
  readonly redaction: RedactionSettings;
  readonly sampling: LogSampling;
  readonly throttling: LogThrottling;
  readonly debugOnFailure: DebugOnFailure;
  /** Takes finished JSON lines; whether they are made readable is the sink's business. */
  readonly sink: LogSink;
  readonly now: () => number;
  readonly random: () => number;
}

/** How removed values are shown. */
export interface RedactionSettings {
  /** Secret of at least 16 characters: values become the same pseudonym each time instead of one placeholder. */
  readonly pseudonymKey?: string | undefined;
  /** Add `redacted: [path, …]` to lines from which something was removed. */
  readonly listPaths: boolean;
}

/** Identical lines beyond `burst` within a window are held back; their number is told when the window is over. */
export interface LogThrottling {
  readonly enabled: boolean;
  readonly burst: number;
  readonly windowMs: number;
}

/** DEBUG lines below the level are remembered per operation and written when it fails. */
export interface DebugOnFailure {
  readonly enabled: boolean;
  readonly linesPerOperation: number;
  /** Operations remembered at the same time. */
  readonly operations: number;
}

/** The one pipeline of the process; loggers read it at every call, so it can be set up after they are made. */
export interface ActivePipeline {
  /** Read by loggers before anything else; raised above every rank it makes them silent. */
  minimumRank: number;
  write: (record: LogRecord) => void;
  sink: LogSink;
  settings: LogSettings;
}

/** What holds until somebody configures something: JSON lines of level INFO and above, on stdout. */
export const defaultLogSettings: LogSettings = {
  serviceName: 'unknown_service',
  environment: 'unknown',
  version: 'unknown',
  level: 'INFO',
  loggerLevels: {},
  defaultFields: {},
  redactFields: defaultRedactFields,
  redaction: { listPaths: false },
  sampling: { enabled: false, rate: 1 },
  throttling: { enabled: true, burst: 100, windowMs: 10_000 },
  debugOnFailure: { enabled: false, linesPerOperation: 200, operations: 100 },
  sink: createLazySink(() => openStandardSink('stdout', { immediate: true })),
  now: Date.now,
  random: Math.random,
};

const sharedKey = Symbol.for('@autotrader/observability:logs:1');

/** Kept on `globalThis`: two copies of this package in one process write through one sink, in order. */
export const activePipeline: ActivePipeline = shared(() => createPipeline(defaultLogSettings));

/** Makes `settings` those of every logger of the process, including the ones already made. */
export function configureLogs(settings: LogSettings): void {
  // What was accepted before goes out before, in order.
  if (settings.sink !== activePipeline.sink) activePipeline.sink.flushSync(switchBudgetMs);
  Object.assign(activePipeline, createPipeline(settings));
}

const switchBudgetMs = 200;

/** The part of `activePipeline` that follows from `settings`. */
function createPipeline(settings: LogSettings): ActivePipeline {
  const encode = createLineEncoder(settings, settings);
  const keeps = createLogSampler(settings.sampling, settings.random);
  const { sink } = settings;
  return {
    minimumRank: levelRank[settings.level],
    settings,
    sink,
    write(record) {
      try {
        const ids = record.ids ?? activeIds();
        if (!keeps(record, ids)) return logCounters.sampledOut();
        const { line, redactions } = encode(record, { timeMs: settings.now(), ids });
        sink.write(line);
        const leftMs = exitTimeLeftMs();
        if (leftMs !== undefined) sink.flushSync(leftMs);
        logCounters.written(record.level);
        if (redactions > 0) logCounters.redacted(redactions);
      } catch {
        // A line is never worth the host's work; that one is missing shows in the counter.
        logCounters.dropped('encoding_failed', 1);
      }
    },
  };
}

function shared(create: () => ActivePipeline): ActivePipeline {
  const holder = globalThis as { [sharedKey]?: ActivePipeline };
  holder[sharedKey] ??= create();
  return holder[sharedKey];
}

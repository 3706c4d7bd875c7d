import { activeIds } from '../tracing/active-ids.ts';
import { type LogLevel, levelRank } from './level.ts';
import { createLineEncoder, type ServiceIdentity } from './line-encoder.ts';
import { logCounters } from './log-counters.ts';
import type { LogFields, LogRecord } from './log-record.ts';
import { createPrettyLine } from './pretty-line.ts';
import { defaultRedactFields } from './redaction-defaults.ts';
import { createLogSampler, type LogSampling } from './sampling.ts';
import { createStandardStreamSink, type LogDropReason, type LogSink } from './sink.ts';

/** Everything that decides what becomes of a log record. */
export interface LogSettings extends ServiceIdentity {
  readonly level: LogLevel;
  /** `console` is for eyes, `json` for machines. */
  readonly format: 'json' | 'console';
  readonly colour: boolean;
  readonly defaultFields: LogFields;
  readonly redactFields: readonly string[];
  readonly sampling: LogSampling;
  readonly sink: LogSink;
  readonly now: () => number;
  readonly random: () => number;
}

/** The one pipeline of the process; loggers read it at every call, so it can be set up after they are made. */
export interface ActivePipeline {
  /** Read by loggers before anything else; raised above every rank it makes them silent. */
  minimumRank: number;
  write: (record: LogRecord) => void;
  sink: LogSink;
  settings: LogSettings;
}

const sharedKey = Symbol.for('@autotrader/observability:logs:1');

/** Kept on `globalThis`: two copies of this package in one process write through one sink, in order. */
export const activePipeline: ActivePipeline = shared(() => createDefaultPipeline());

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
  const present = settings.format === 'console' ? createPrettyLine(settings.colour) : (line: string): string => line;
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
        sink.write(present(line));
        if (exitDeadlineMs !== undefined) sink.flushSync(exitDeadlineMs - performance.now());
        logCounters.written(record.level);
        if (redactions > 0) logCounters.redacted(redactions);
      } catch {
        // A line is never worth the host's work; that one is missing shows in the counter.
        logCounters.dropped('encoding_failed', 1);
      }
    },
  };
}

function createDefaultPipeline(): ActivePipeline {
  return createPipeline({
    serviceName: 'unknown_service',
    environment: 'unknown',
    version: 'unknown',
    level: 'INFO',
    format: 'json',
    colour: false,
    defaultFields: {},
    redactFields: defaultRedactFields,
    sampling: { enabled: false, rate: 1 },
    sink: createLazySink(() => openStandardSink('stdout', { immediate: true })),
    now: Date.now,
    random: Math.random,
  });
}

/** A standard stream whose lost lines are counted and whose last lines are written when the process exits. */
export function openStandardSink(
  destination: 'stdout' | 'stderr',
  options: { readonly immediate?: boolean } = {},
): LogSink {
  const onDrop = (reason: LogDropReason, lines: number): void => logCounters.dropped(reason, lines);
  const sink = createStandardStreamSink({ destination, onDrop, ...options });
  if (openSinks.size === 0) process.on('exit', flushOpenSinks);
  openSinks.add(sink);
  return sink;
}

const openSinks = new Set<LogSink>();
// Long enough for a reader that is merely slow, short enough for whoever waits for the process to end.
const exitBudgetMs = 1_500;

// Set once the process exits: what other exit handlers log later cannot wait for a turn of the event loop.
let exitDeadlineMs: number | undefined;

function flushOpenSinks(): void {
  exitDeadlineMs = performance.now() + exitBudgetMs;
  for (const sink of openSinks) sink.flushSync(exitBudgetMs);
}

/** Opens the stream at the first line, so that importing the library touches nothing. */
function createLazySink(open: () => LogSink): LogSink {
  let opened: LogSink | undefined;
  const sink = (): LogSink => {
    opened ??= open();
    return opened;
  };
  return {
    write: (line) => sink().write(line),
    flushSync: (budgetMs) => opened?.flushSync(budgetMs) ?? 0,
    flush: (budgetMs) => opened?.flush(budgetMs) ?? Promise.resolve(0),
    waiting: () => opened?.waiting() ?? 0,
  };
}

function shared(create: () => ActivePipeline): ActivePipeline {
  const holder = globalThis as { [sharedKey]?: ActivePipeline };
  holder[sharedKey] ??= create();
  return holder[sharedKey];
}

import type { AsyncLocalStorage } from 'node:async_hooks';
import { defaultRedactFields } from '../redaction/default-fields.ts';
import { activeIds } from '../tracing/active-ids.ts';
import type { ObservedOperation } from '../tracing/operation-observer.ts';
import { tracingState } from '../tracing/tracing-state.ts';
import { toJsonText } from './encoding/json-text.ts';
import type { ServiceIdentity } from './encoding/line-encoder.ts';
import { createNestedEncoder } from './encoding/nested-encoder.ts';
import { type LogLevel, levelRank } from './level.ts';
import { createLevelRules } from './levels/level-rules.ts';
import { createRaisedLevels, describeRaise, type RaisedLevels } from './levels/raised-levels.ts';
import { logCounters } from './log-counters.ts';
import type { FinishedLine, LogFields, LogRecord, TraceIds } from './log-record.ts';
import { createOperationMemory, type OperationKey, type OperationMemory } from './operation-memory.ts';
import { createLogSampler, type LogSampling } from './sampling.ts';
import type { LogSink } from './sinks/log-sink.ts';
import { createLazySink, exitTimeLeftMs, openStandardSink } from './sinks/open-sinks.ts';
import { hasStackRoom } from './stack-room.ts';
import { createThrottle, type LogThrottling, type Throttle } from './throttle.ts';

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

/** Lines below the level are remembered per traced operation and written when it fails. */
export interface DebugOnFailure {
  readonly enabled: boolean;
  readonly linesPerOperation: number;
  /** Operations remembered at the same time. */
  readonly operations: number;
}

/** The one pipeline of the process; loggers read it at every call, so it can be set up after they are made. */
export interface ActivePipeline extends ConfiguredPipeline {
  /** Grows whenever a logger's lowest rank may have changed; loggers keep theirs until then. */
  generation: number;
  readonly raised: RaisedLevels;
  readonly memory: OperationMemory;
  /** Spans of traced operations whose end decides about what is remembered of their trace. */
  readonly outermost: Set<string>;
  /** The operation of its own that the running code belongs to, once there has been one. */
  scopes: AsyncLocalStorage<object> | undefined;
}

/** What follows from the settings. */
interface ConfiguredPipeline {
  settings: LogSettings;
  /** Writes to the sink of the settings; flushing tells first what throttling holds back. */
  sink: LogSink;
  /** The rank below which nothing of this logger can be of interest: not written, not remembered. */
  lowestRank: (logger: string) => number;
  /** Whether the record, whatever its event, would be written or remembered now. */
  isWanted: (record: LogRecord) => boolean;
  /** Judges a record by level, sampling and throttling and writes it. Never throws. */
  write: (record: LogRecord) => void;
  /** Writes a line that was judged before. Never throws. */
  put: (finished: FinishedLine) => void;
  /** Ends what waits for a time to come. */
  close: () => void;
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

// The number is the shape of `ActivePipeline`: it grows when an older copy could no longer use a newer one's object.
const sharedKey = Symbol.for('@autotrader/observability:logs:2');

/** Kept on `globalThis`: two copies of this package in one process write through one sink, in order. */
export const activePipeline: ActivePipeline = shared();

/** Makes `settings` those of every logger of the process, including the ones already made. Raised levels stay raised. */
export function configureLogs(settings: LogSettings): void {
  // What was accepted before goes out before, in order.
  activePipeline.close();
  if (settings.sink !== activePipeline.settings.sink) activePipeline.sink.flushSync(switchBudgetMs);
  Object.assign(activePipeline, configure(settings));
  activePipeline.generation += 1;
  // Stays when it is turned off again, for the operations that have begun.
  if (settings.debugOnFailure.enabled) tracingState.observer = { started: onOperationStarted, ended: onOperationEnded };
}

const switchBudgetMs = 200;

function configure(settings: LogSettings): ConfiguredPipeline {
  const ownRank = createLevelRules(settings.level, settings.loggerLevels);
  let encoder: ReturnType<typeof createNestedEncoder> | undefined;
  // Made for the first line: the default settings are replaced before there is one, or the process never writes any.
  const encode: ReturnType<typeof createNestedEncoder> = (record, moment) => {
    encoder ??= createNestedEncoder(settings, settings);
    return encoder(record, moment);
  };
  const keeps = createLogSampler(settings.sampling, settings.random);
  const put = (finished: FinishedLine): void => putLine(settings.sink, finished);
  const throttle = createThrottle(settings.throttling, {
    now: settings.now,
    schedule: scheduleUnref,
    write: put,
    onNewKind: seeExit,
    headEnd: `,"version":${toJsonText(settings.version)}`,
  });

  return {
    settings,
    sink: tellingSink(settings.sink, throttle),
    lowestRank(logger) {
      const lowest = Math.min(ownRank(logger), activePipeline.raised.lowestRank(logger));
      return activePipeline.memory.open > 0 ? Math.min(lowest, levelRank.DEBUG) : lowest;
    },
    isWanted(record) {
      if (levelRank[record.level] >= ownRank(record.logger)) return true;
      const ids = currentIds(record);
      return activePipeline.raised.covers(record, ids) || operationOf(ids) !== undefined;
    },
    write(record) {
      try {
        const ids = currentIds(record);
        if (isAtStackEnd(record)) {
          queueMicrotask(() => activePipeline.write({ ...record, ...(ids === undefined ? {} : { ids }) }));
          return;
        }
        const raised = activePipeline.raised.covers(record, ids);
        const exempt = raised ? 'level_and_sampling' : record.exempt;
        if (exempt === undefined && levelRank[record.level] < ownRank(record.logger)) {
          const operation = operationOf(ids);
          if (operation === undefined) return;
          const finished = encode(record, { timeMs: settings.now(), ids });
          activePipeline.memory.remember(operation, finished, settings.debugOnFailure);
          return;
        }
        if (exempt !== 'level_and_sampling' && !keeps(record, ids)) return logCounters.suppressed('sampled', 1);
        const moment = { timeMs: settings.now(), ids };
        const finished = encode(record, moment);
        // Nobody would tell of what an exit handler repeats.
        if (!exiting && throttle.holds(record, finished, moment)) logCounters.suppressed('throttled', 1);
        else put(finished);
      } catch {
        // A line is never worth the host's work; that one is missing shows in the counter.
        logCounters.dropped('encoding_failed', 1);
      }
    },
    put,
    close: () => throttle.close(),
  };
}

/** Where a caught recursion without end is logged: describing its error is put off until the stack is empty. */
function isAtStackEnd({ level }: LogRecord): boolean {
  return levelRank[level] >= levelRank.WARNING && !hasStackRoom();
}

function putLine(sink: LogSink, { level, line, redactions }: FinishedLine): void {
  try {
    sink.write(line, levelRank[level] < levelRank.WARNING);
  } catch {
    logCounters.dropped('write_failed', 1);
    return;
  }
  logCounters.written(level);
  if (redactions > 0) logCounters.redacted(redactions);
  const leftMs = exitTimeLeftMs();
  if (leftMs !== undefined) sink.flushSync(leftMs);
}

function tellingSink(sink: LogSink, throttle: Throttle): LogSink {
  const told = (): LogSink => {
    throttle.tell();
    return sink;
  };
  return {
    write: (line, isMinor) => sink.write(line, isMinor),
    flushSync: (budgetMs) => told().flushSync(budgetMs),
    flush: (budgetMs) => told().flush(budgetMs),
    waiting: () => sink.waiting(),
    reopen: () => sink.reopen?.(),
    close: async (budgetMs) => (await told().close?.(budgetMs)) ?? sink.flush(budgetMs),
    closeSync: (budgetMs) => told().closeSync?.(budgetMs) ?? sink.flushSync(budgetMs),
  };
}

/** A context manager of the host that throws costs the line its ids, not the line. */
function currentIds(record: LogRecord): TraceIds | undefined {
  try {
    return record.ids ?? activeIds();
  } catch {
    return undefined;
  }
}

function operationOf(ids: TraceIds | undefined): OperationKey | undefined {
  const { memory, scopes } = activePipeline;
  if (memory.open === 0) return undefined;
  const own = scopes?.getStore();
  if (own !== undefined && memory.has(own)) return own;
  return ids !== undefined && memory.has(ids.traceId) ? ids.traceId : undefined;
}

/** From now on lines of this operation that are below the level are remembered. */
export function startOperation(key: OperationKey): void {
  const { memory, settings } = activePipeline;
  memory.start(key, settings.debugOnFailure);
  // Loggers that stopped at their level have to look again.
  if (memory.open === 1) activePipeline.generation += 1;
}

/** Writes what is remembered of the operation, or forgets it. */
export function endOperation(key: OperationKey, failed: boolean): void {
  const { memory } = activePipeline;
  for (const line of memory.end(key, failed)) activePipeline.put(line);
  if (memory.open === 0) activePipeline.generation += 1;
}

/** Writes what is remembered of all running operations: the process is about to crash. */
export function failOperations(): void {
  for (const line of activePipeline.memory.failAll()) activePipeline.put(line);
  activePipeline.generation += 1;
}

/** Only the outermost operation of a trace in this process decides: inside it, failures are often handled. */
function onOperationStarted({ traceId, spanId, parentSpanId }: ObservedOperation): void {
  const { settings, memory, outermost } = activePipeline;
  if (!settings.debugOnFailure.enabled || (parentSpanId !== undefined && memory.has(traceId))) return;
  // One that never ends must not be remembered for ever; its lines are forgotten by then, too.
  for (const oldest of outermost) {
    if (outermost.size < settings.debugOnFailure.operations) break;
    outermost.delete(oldest);
  }
  outermost.add(spanId);
  startOperation(traceId);
}

function onOperationEnded({ traceId, spanId }: ObservedOperation, failed: boolean): void {
  if (activePipeline.outermost.delete(spanId)) endOperation(traceId, failed);
}

function scheduleUnref(task: () => void, delayMs: number): () => void {
  const timer = setTimeout(task, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
}

let exitIsSeen = false;
let exiting = false;

/** Before anything of the throttle's can be lost, and in front, so that the sinks' own hook writes what is told. */
function seeExit(): void {
  if (exitIsSeen) return;
  exitIsSeen = true;
  process.prependListener('exit', () => {
    exiting = true;
    activePipeline.close();
  });
}

function shared(): ActivePipeline {
  const holder = globalThis as { [sharedKey]?: ActivePipeline };
  holder[sharedKey] ??= {
    ...configure(defaultLogSettings),
    generation: 1,
    raised: createRaisedLevels({
      schedule: scheduleUnref,
      onRaised: (raise, durationMs) => changeLevels('log_level_raised', describeRaise(raise, durationMs)),
      onEnded: (raise, cause) => changeLevels('log_level_restored', { ...describeRaise(raise), cause }),
    }),
    memory: createOperationMemory(logCounters.suppressed),
    outermost: new Set(),
    scopes: undefined,
  };
  return holder[sharedKey];
}

function changeLevels(event: string, fields: LogFields): void {
  activePipeline.generation += 1;
  writeNotice(event, fields);
}

/** A line about the log itself, which no level may hide. */
export function writeNotice(event: string, fields: LogFields): void {
  const logger = 'observability.logs';
  activePipeline.write({ level: 'INFO', logger, event, bound: undefined, fields, exempt: 'level_and_sampling' });
}

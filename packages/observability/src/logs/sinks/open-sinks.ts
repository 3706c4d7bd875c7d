import { writeSync } from 'node:fs';
import { logCounters } from '../log-counters.ts';
import { createBufferedSink, type SinkChange } from './buffered-sink.ts';
import { createFanOut } from './fan-out.ts';
import type { Backpressure, LogDropReason, LogSink } from './log-sink.ts';
import { createStandardStream } from './standard-stream.ts';

/** How a standard stream is written to. */
export interface StandardSinkOptions {
  /** Write each line at once instead of once per turn of the event loop. @default false */
  readonly immediate?: boolean;
  /** Makes a line readable. */
  readonly present?: ((line: string) => string) | undefined;
  readonly backpressure?: Backpressure | undefined;
  readonly onChange?: ((change: SinkChange) => void) | undefined;
}

// Before anything is configured; the same values as the configuration's own defaults.
const unconfigured: Backpressure = { policy: 'drop_new', maxBufferedBytes: 8 * 1024 * 1024, blockMs: 0 };

/** A standard stream whose lost lines are counted and whose last lines are written when the process exits. */
export function openStandardSink(destination: 'stdout' | 'stderr', options: StandardSinkOptions = {}): LogSink {
  const { present, immediate, backpressure = unconfigured, onChange = () => undefined } = options;
  const stream = createBufferedSink({
    destination: () => createStandardStream(destination),
    backpressure,
    reasons: { full: 'buffer_full', failed: 'write_failed' },
    onDrop: options.onChange === undefined ? countUntoldLoss : countLoss,
    onChange,
    immediate,
  });
  return keepUntilExit(present === undefined ? stream : createPresentedSink(stream, present));
}

/** Sees to it that the sink is closed when the process exits, however it does. */
export function keepUntilExit(sink: LogSink): LogSink {
  if (openSinks.size === 0) process.on('exit', closeOpenSinks);
  openSinks.add(sink);
  return sink;
}

const openSinks = new Set<LogSink>();
// Long enough for a reader that is merely slow, short enough for whoever waits for the process to end.
const exitBudgetMs = 1_500;

// Set once the process exits: what other exit handlers log later cannot wait for a turn of the event loop.
let exitDeadlineMs: number | undefined;

// Lines lost of which no log line tells: while the process exits, and before anything is configured.
let untoldLosses = 0;

/** Counts lines an output has lost. */
export function countLoss(reason: LogDropReason, lines: number): void {
  if (exitDeadlineMs !== undefined) countUntoldLoss(reason, lines);
  else logCounters.dropped(reason, lines);
}

function countUntoldLoss(reason: LogDropReason, lines: number): void {
  logCounters.dropped(reason, lines);
  // A reader that has gone does not miss them: `| head -1`.
  if (reason !== 'pipe_closed') untoldLosses += lines;
}

function closeOpenSinks(): void {
  exitDeadlineMs = performance.now() + exitBudgetMs;
  const unwritten = createFanOut([...openSinks]).closeSync?.(exitBudgetMs) ?? 0;
  if (untoldLosses + unwritten > 0) tellLosses(untoldLosses + unwritten);
}

/** No metric is scraped any more and no output may work: the last word goes to stderr. */
function tellLosses(lines: number): void {
  const when = { timestamp: new Date().toISOString(), level: 'WARNING' };
  const what = { logger: 'observability.logs', event: 'log_lines_lost', lines_lost: lines };
  try {
    writeSync(2, `${JSON.stringify({ ...when, ...what })}\n`);
  } catch {
    // Nobody is left to be told.
  }
}

/** Milliseconds until the exiting process is gone; undefined while it runs. */
export function exitTimeLeftMs(): number | undefined {
  return exitDeadlineMs === undefined ? undefined : exitDeadlineMs - performance.now();
}

function createPresentedSink(sink: LogSink, present: (line: string) => string): LogSink {
  return {
    write: (line, isMinor) => sink.write(present(line), isMinor),
    flushSync: (budgetMs) => sink.flushSync(budgetMs),
    flush: (budgetMs) => sink.flush(budgetMs),
    waiting: () => sink.waiting(),
  };
}

/** Opens the stream at the first line, so that importing the library touches nothing. */
export function createLazySink(open: () => LogSink): LogSink {
  let opened: LogSink | undefined;
  const sink = (): LogSink => {
    opened ??= open();
    return opened;
  };
  return {
    write: (line, isMinor) => sink().write(line, isMinor),
    flushSync: (budgetMs) => opened?.flushSync(budgetMs) ?? 0,
    flush: (budgetMs) => opened?.flush(budgetMs) ?? Promise.resolve(0),
    waiting: () => opened?.waiting() ?? 0,
  };
}

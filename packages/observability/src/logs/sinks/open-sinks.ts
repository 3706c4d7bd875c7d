import { logCounters } from '../log-counters.ts';
import { createStandardStreamSink } from './descriptor-sink.ts';
import type { LogDropReason, LogSink } from './log-sink.ts';

/** A standard stream whose lost lines are counted and whose last lines are written when the process exits. */
export function openStandardSink(
  destination: 'stdout' | 'stderr',
  options: { readonly immediate?: boolean; readonly present?: ((line: string) => string) | undefined } = {},
): LogSink {
  const onDrop = (reason: LogDropReason, lines: number): void => logCounters.dropped(reason, lines);
  const { present, ...streamOptions } = options;
  const stream = createStandardStreamSink({ destination, onDrop, ...streamOptions });
  const sink = present === undefined ? stream : { ...stream, write: (line: string) => stream.write(present(line)) };
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

/** Milliseconds until the exiting process is gone; undefined while it runs. */
export function exitTimeLeftMs(): number | undefined {
  return exitDeadlineMs === undefined ? undefined : exitDeadlineMs - performance.now();
}

/** Opens the stream at the first line, so that importing the library touches nothing. */
export function createLazySink(open: () => LogSink): LogSink {
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

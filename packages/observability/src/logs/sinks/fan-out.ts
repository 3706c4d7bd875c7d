import type { LogSink } from './log-sink.ts';

/** One sink that gives every line to all of them; each keeps its own buffer and its own pace. */
export function createFanOut(sinks: readonly LogSink[]): LogSink {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const flushSync = (budgetMs: number): number => {
    // Whoever is quick first, so that a reader that hangs costs the others nothing.
    for (const sink of sinks) sink.flushSync(0);
    return withinDeadline(budgetMs, (leftMs) => sum(sinks.map((sink) => sink.flushSync(leftMs()))));
  };
  return {
    write(line, isMinor) {
      for (const sink of sinks) sink.write(line, isMinor);
    },
    flushSync,
    flush: async (budgetMs) => sum(await Promise.all(sinks.map((sink) => sink.flush(budgetMs)))),
    waiting: () => sum(sinks.map((sink) => sink.waiting())),
    reopen() {
      for (const sink of sinks) sink.reopen?.();
    },
    close: async (budgetMs) =>
      sum(await Promise.all(sinks.map((sink) => sink.close?.(budgetMs) ?? sink.flush(budgetMs)))),
    closeSync(budgetMs) {
      for (const sink of sinks) sink.flushSync(0);
      return withinDeadline(budgetMs, (leftMs) =>
        sum(sinks.map((sink) => sink.closeSync?.(leftMs()) ?? sink.flushSync(leftMs()))),
      );
    },
  };
}

function withinDeadline<T>(budgetMs: number, work: (leftMs: () => number) => T): T {
  const endAt = performance.now() + budgetMs;
  return work(() => Math.max(0, endAt - performance.now()));
}

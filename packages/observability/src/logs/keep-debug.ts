import type { AsyncLocalStorage } from 'node:async_hooks';
import { activePipeline, endOperation, startOperation } from './pipeline.ts';

/**
 * Runs `operation` remembering the lines inside it that are below the level. When it throws, or its promise is rejected,
 * they are written, in order, with the times they were made at and `kept_because: "operation_failed"`; otherwise they are
 * forgotten and counted in `log_events_suppressed_total{reason="operation_succeeded"}`. Works without tracing; how much is
 * remembered is `logging.debug_on_failure.lines_per_operation`, of which the latest lines are kept.
 *
 * Lines are made, and cleaned of secrets, when they are logged, because values may have changed by the time of the
 * failure: inside such an operation a DEBUG line costs as much as a written one. An operation inside another one remembers
 * for itself.
 *
 * @param operation is handed a function that makes it count as failed although it does not throw
 */
export function keepDebugOnFailure<T>(operation: (fail: () => void) => T): T {
  const key = {};
  let failed = false;
  const fail = (): void => {
    failed = true;
  };
  const scopes = readScopes();
  startOperation(key);
  const run = (): T => operation(fail);
  const over = (threw: boolean): void => endOperation(key, threw || failed);
  // Inside to its end: some work begins only when it is awaited.
  return scopes.run(key, () => andThen(run, over));
}

/** Loaded at its first use: from then on every promise of the process carries it. */
function readScopes(): AsyncLocalStorage<object> {
  activePipeline.scopes ??= new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)<object>();
  return activePipeline.scopes;
}

/** Runs, and calls `over` before anybody learns how it ended. */
function andThen<T>(run: () => T, over: (threw: boolean) => void): T {
  let result: T;
  try {
    result = run();
  } catch (error) {
    over(true);
    throw error;
  }
  if (isThenable(result)) return afterwards(result, over) as T;
  over(false);
  return result;
}

/** What cannot even be asked is handed back as it is. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
  } catch {
    return false;
  }
}

async function afterwards(running: PromiseLike<unknown>, over: (threw: boolean) => void): Promise<unknown> {
  let threw = true;
  try {
    const result = await running;
    threw = false;
    return result;
  } finally {
    over(threw);
  }
}

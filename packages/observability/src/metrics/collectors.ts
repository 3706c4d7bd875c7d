import { setImmediate as nextTurn } from 'node:timers/promises';
import { DeadlineRun } from './deadline-run.ts';
import { MetricError } from './metric-error.ts';

/** Code that brings metrics up to date when they are asked for. */
export interface Collector {
  /** snake_case; a label value of the collector metrics. */
  readonly name: string;
  /** The metrics it alone keeps up to date. They are left out of a scrape in which it fails. */
  readonly metrics: readonly string[];
  readonly collect: () => void | Promise<void>;
}

export interface CollectorOutcome {
  readonly collector: Collector;
  readonly result: 'done' | 'failed' | 'overdue';
  /** Of its last run that ended, be it after its deadline; undefined when none has. */
  readonly durationMs: number | undefined;
  readonly error?: unknown;
}

interface Entry {
  readonly collector: Collector;
  readonly run: DeadlineRun<void>;
}

// Collectors that work without waiting share a turn of the event loop for this long.
const sliceMs = 2;

/**
 * The collectors of a registry. All run at the same time under one deadline; each fails alone. A run still
 * going when the next scrape comes is joined, never started twice.
 */
export class Collectors {
  private readonly entries = new Map<string, Entry>();

  /** @returns removes it again. @throws MetricError OBS_METRIC_COLLECTOR_CONFLICT when the name is taken */
  add(collector: Collector): () => void {
    if (this.entries.has(collector.name)) {
      throw new MetricError({
        kind: 'collector_conflict',
        metric: collector.name,
        expected: 'a collector name that is free',
        came: `"${collector.name}" again`,
      });
    }
    const entry: Entry = { collector, run: new DeadlineRun(() => collector.collect()) };
    this.entries.set(collector.name, entry);
    return () => {
      if (this.entries.get(collector.name) === entry) this.entries.delete(collector.name);
    };
  }

  async run(timeoutMs: number): Promise<readonly CollectorOutcome[]> {
    const waits = await startInTurns([...this.entries.values()], (entry, passedMs) =>
      waitFor(entry, timeoutMs, passedMs),
    );
    return Promise.all(waits);
  }
}

/**
 * Calls `start` for each item, giving the event loop a turn whenever those that do their work at once have used up
 * a slice of it. `passedMs` is what they took from the common deadline.
 */
export async function startInTurns<T, R>(
  items: readonly T[],
  start: (item: T, passedMs: number) => Promise<R>,
): Promise<Promise<R>[]> {
  const startedAt = performance.now();
  const started: Promise<R>[] = [];
  let sliceStart = startedAt;
  for (const item of items) {
    const now = performance.now();
    if (now - sliceStart >= sliceMs) {
      await nextTurn();
      sliceStart = performance.now();
    }
    started.push(start(item, Math.max(0, performance.now() - startedAt)));
  }
  return started;
}

async function waitFor({ collector, run }: Entry, timeoutMs: number, passedMs: number): Promise<CollectorOutcome> {
  const outcome = await run.wait(timeoutMs, passedMs);
  const durationMs = outcome.result === 'overdue' ? run.lastDurationMs : outcome.durationMs;
  return outcome.result === 'failed'
    ? { collector, result: 'failed', durationMs, error: outcome.error }
    : { collector, result: outcome.result, durationMs };
}

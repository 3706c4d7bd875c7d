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
  readonly durationMs: number;
  readonly error?: unknown;
}

interface Entry {
  readonly collector: Collector;
  running: Promise<CollectorOutcome> | null;
  /** Its current run has missed a deadline once; later scrapes do not wait for it again. */
  overdue: boolean;
}

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
    const entry: Entry = { collector, running: null, overdue: false };
    this.entries.set(collector.name, entry);
    return () => {
      if (this.entries.get(collector.name) === entry) this.entries.delete(collector.name);
    };
  }

  async run(deadlineMs: number): Promise<readonly CollectorOutcome[]> {
    return Promise.all([...this.entries.values()].map((entry) => runEntry(entry, deadlineMs)));
  }
}

async function runEntry(entry: Entry, deadlineMs: number): Promise<CollectorOutcome> {
  const { collector } = entry;
  if (entry.overdue) return { collector, result: 'overdue', durationMs: deadlineMs };
  const running = join(entry);
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<CollectorOutcome>((resolve) => {
    timer = setTimeout(() => {
      entry.overdue = entry.running === running;
      resolve({ collector, result: 'overdue', durationMs: deadlineMs });
    }, deadlineMs);
  });
  try {
    return await Promise.race([running, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function join(entry: Entry): Promise<CollectorOutcome> {
  if (entry.running !== null) return entry.running;
  const running = measure(entry.collector);
  entry.running = running;
  void running.then(() => {
    entry.running = null;
    entry.overdue = false;
  });
  return running;
}

async function measure(collector: Collector): Promise<CollectorOutcome> {
  const startedAt = performance.now();
  try {
    await collector.collect();
    return { collector, result: 'done', durationMs: performance.now() - startedAt };
  } catch (error) {
    return { collector, result: 'failed', durationMs: performance.now() - startedAt, error };
  }
}

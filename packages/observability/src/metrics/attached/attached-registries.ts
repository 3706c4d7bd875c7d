import { startInTurns } from '../collectors.ts';
import { DeadlineRun, type RunOutcome } from '../deadline-run.ts';
import type { Family } from '../family.ts';
import { type AttachableRegistry, type AttachOptions, nameOf, readMetric } from './attachable-registry.ts';
import { type AttachedFamily, toAttachedFamily } from './attached-family.ts';
import { withoutClashes } from './claimed-names.ts';

/** What a registry could not show of itself: of one metric, or of all where it has no name. */
export interface AttachedFailure {
  readonly metric: string;
  readonly result: 'failed' | 'overdue';
  readonly error?: unknown;
}

export interface AttachedReading {
  /** The attached registry's. */
  readonly name: string;
  readonly families: readonly AttachedFamily[];
  readonly failures: readonly AttachedFailure[];
  readonly durationMs: number;
}

/** Who is told how the reading went. */
export interface AttachedReport {
  attachedRead(reading: AttachedReading): void;
  /** A metric was left out, or a value of it. */
  attachedLeftOut(reason: 'attached_clash' | 'attached_invalid', registry: string, metric: string): void;
}

interface Attached {
  readonly name: string;
  readonly registry: AttachableRegistry;
  /** A metric still being read when the next scrape comes is joined. */
  readonly runs: WeakMap<object, DeadlineRun<unknown>>;
  /** Its metrics that were told to clash. */
  readonly clashed: Set<string>;
}

const defaultName = 'prom_client';

/** Foreign registries that are shown beside ours. */
export class AttachedRegistries {
  private readonly attached = new Map<AttachableRegistry, Attached>();
  private readonly report: AttachedReport;

  constructor(report: AttachedReport) {
    this.report = report;
  }

  /** The same registry again is the same attachment. @returns takes it off again */
  attach(registry: AttachableRegistry, { name = defaultName }: AttachOptions = {}): () => void {
    const entry: Attached = this.attached.get(registry) ?? {
      name: this.freeName(name),
      registry,
      runs: new WeakMap(),
      clashed: new Set(),
    };
    this.attached.set(registry, entry);
    return () => {
      if (this.attached.get(registry) === entry) this.attached.delete(registry);
    };
  }

  /**
   * Reads all of them at the same time under one deadline. What clashes with `ours` is left out; of a metric that
   * always does, once is told. Never rejects.
   */
  async read(ours: () => readonly Family[], timeoutMs: number): Promise<readonly AttachedFamily[]> {
    if (this.attached.size === 0) return [];
    const entries = [...this.attached.values()];
    const readings = await Promise.all(entries.map((attached) => readRegistry(attached, timeoutMs)));
    for (const reading of readings) this.report.attachedRead(reading);
    const families = readings.flatMap((reading) => reading.families);
    const { shown, clashing } = withoutClashes(ours(), families);
    for (const { registry, name } of clashing) {
      const clashed = entries.find((entry) => entry.name === registry)?.clashed;
      if (clashed === undefined || clashed.has(name)) continue;
      clashed.add(name);
      this.report.attachedLeftOut('attached_clash', registry, name);
    }
    return shown;
  }

  private freeName(wanted: string): string {
    const taken = new Set([...this.attached.values()].map(({ name }) => name));
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
    return name;
  }
}

async function readRegistry(attached: Attached, timeoutMs: number): Promise<AttachedReading> {
  const { name, registry, runs } = attached;
  const startedAt = performance.now();
  const families: AttachedFamily[] = [];
  const failures: AttachedFailure[] = [];
  try {
    const metrics = [...registry.getMetricsAsArray()];
    const waits = await startInTurns(metrics, (metric, passedMs) => runOf(metric, runs).wait(timeoutMs, passedMs));
    const outcomes = await Promise.all(waits);
    for (const [i, outcome] of outcomes.entries()) {
      const result = toResult(outcome, attached);
      if ('name' in result) families.push(result);
      else failures.push({ metric: nameOf(metrics[i] ?? {}), ...result });
    }
  } catch (error) {
    failures.push({ metric: '', result: 'failed', error });
  }
  return { name, families, failures, durationMs: performance.now() - startedAt };
}

function runOf(metric: object, runs: WeakMap<object, DeadlineRun<unknown>>): DeadlineRun<unknown> {
  const run = runs.get(metric) ?? new DeadlineRun(() => readMetric(metric));
  runs.set(metric, run);
  return run;
}

function toResult(outcome: RunOutcome<unknown>, attached: Attached): AttachedFamily | Omit<AttachedFailure, 'metric'> {
  if (outcome.result === 'overdue') return { result: 'overdue' };
  if (outcome.result === 'failed') return { result: 'failed', error: outcome.error };
  try {
    const family = toAttachedFamily(outcome.value, attached);
    return family ?? { result: 'failed', error: new TypeError('get() gave no metric that can be shown') };
  } catch (error) {
    return { result: 'failed', error };
  }
}

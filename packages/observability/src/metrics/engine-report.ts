import type { AttachedReading, AttachedReport } from './attached/attached-registries.ts';
import type { CollectorOutcome } from './collectors.ts';
import type { DeclarationPlace } from './declaring/declaration-place.ts';
import {
  collectorDurationDeclaration,
  collectorErrorsDeclaration,
  redactionsDeclaration,
  scrapeDurationDeclaration,
  seriesOverflowDeclaration,
  telemetryDroppedDeclaration,
} from './engine-metrics.ts';
import type { DropReason, FamilyContext } from './family-context.ts';
import type { Counter, Gauge, Histogram } from './instruments.ts';
import type { MetricDeclarer } from './metric-declarer.ts';
import { MetricError } from './metric-error.ts';
import type { MetricWarning, RegistryHooks } from './registry-hooks.ts';
import type { LabelProblem } from './series/series-table.ts';
import { toExcerpt } from './text-escapes.ts';
import { Warnings } from './warnings.ts';

export interface DeclarationConflict {
  readonly metric: string;
  /** The metric whose name was taken. */
  readonly first: string;
  /** What the two declarations disagree about. */
  readonly differs: string;
  /** Whether the second records into the first. */
  readonly isShared: boolean;
  readonly places: { readonly first: DeclarationPlace; readonly second: DeclarationPlace };
}

/**
 * What a registry tells about itself: its own metrics, declared on it when first needed, and its warnings.
 * Nothing here throws, and nothing here reports about a report.
 */
export class EngineReport implements AttachedReport {
  readonly context: FamilyContext;
  /** Milliseconds of a clock that only runs forward. */
  elapsedMs: () => number = () => performance.now();
  private readonly overflowCounter: () => Counter<typeof seriesOverflowDeclaration.labels>;
  private readonly droppedCounter: () => Counter<typeof telemetryDroppedDeclaration.labels>;
  private readonly redactionsCounter: () => Counter<typeof redactionsDeclaration.labels>;
  private readonly collectorErrors: () => Counter<typeof collectorErrorsDeclaration.labels>;
  private readonly collectorDuration: () => Gauge<typeof collectorDurationDeclaration.labels>;
  private readonly scrapeDuration: () => Histogram;
  private readonly warnings = new Warnings();
  private isCounting = false;

  constructor(metrics: MetricDeclarer) {
    this.overflowCounter = once(() => metrics.counter(seriesOverflowDeclaration));
    this.droppedCounter = once(() => metrics.counter(telemetryDroppedDeclaration));
    this.redactionsCounter = once(() => metrics.counter(redactionsDeclaration));
    this.collectorErrors = once(() => metrics.counter(collectorErrorsDeclaration));
    this.collectorDuration = once(() => metrics.gauge(collectorDurationDeclaration));
    this.scrapeDuration = once(() => metrics.histogram(scrapeDurationDeclaration));
    this.context = {
      activeExemplar: null,
      now: Date.now,
      onDrop: (reason, metric) => this.dropped(reason, metric),
      onLabelProblem: (metric, problem) => this.labelProblem(metric, problem),
    };
  }

  connect(hooks: RegistryHooks): void {
    const { onWarning, activeExemplar, now, elapsedMs } = hooks;
    if (onWarning !== undefined) this.warnings.listen(onWarning);
    if (now !== undefined) this.context.now = () => attempt(now, Number.NaN);
    if (elapsedMs !== undefined) this.elapsedMs = () => attempt(elapsedMs, Number.NaN);
    if (activeExemplar !== undefined) this.context.activeExemplar = activeExemplar;
  }

  /** Somebody is told of warnings, so the program has started: nothing may throw into it. */
  get isHeard(): boolean {
    return this.warnings.isHeard;
  }

  /** A declaration, or the name of a collector, that breaks a rule. */
  refused(metric: string, error: unknown): void {
    this.countDrop('declaration_refused');
    const message = `${error instanceof MetricError ? `${error.message} (${error.code})` : `a metric: ${toMessage(error)}`}; nothing is recorded by it`;
    this.warnings.say(['declaration_refused', message], () => ({ code: 'declaration_refused', metric, message }));
  }

  conflict(conflict: DeclarationConflict): void {
    const { metric, first } = conflict;
    this.countDrop('declaration_conflict');
    this.warnings.say(['declaration_conflict', metric, first], () => ({
      code: 'declaration_conflict',
      metric,
      message: toConflictMessage(conflict),
    }));
  }

  bucketsLate(metric: string): void {
    const message = `bucket override for "${metric}" came after its first observation and is not used`;
    this.warnings.say(['buckets_late', metric], () => ({ code: 'buckets_late', metric, message }));
  }

  nativeLate(metric: string): void {
    const message = `exponential buckets for "${metric}" came after its first observation and are not used`;
    this.warnings.say(['native_late', metric], () => ({ code: 'native_late', metric, message }));
  }

  collectorEnded({ collector, result, durationMs, error }: CollectorOutcome): void {
    const metric = collector.name;
    if (durationMs !== undefined) this.collectorDuration().set({ collector: metric }, durationMs / 1000);
    if (result === 'done') return;
    this.collectorErrors().inc({ collector: metric });
    this.warnings.say(['collector_failed', metric], () => {
      const cause = result === 'overdue' ? 'did not end within its deadline' : `failed: ${toMessage(error)}`;
      return { code: 'collector_failed', metric, message: `collector "${metric}" ${cause}` };
    });
  }

  attachedRead({ name, failures, durationMs }: AttachedReading): void {
    this.collectorDuration().set({ collector: name }, durationMs / 1000);
    for (const { metric, result, error } of failures) {
      this.collectorErrors().inc({ collector: name });
      this.warnings.say(['collector_failed', name, metric], () => {
        const cause = result === 'overdue' ? 'did not end within its deadline' : `failed: ${toMessage(error)}`;
        const message = `attached registry "${toExcerpt(name)}", metric "${toExcerpt(metric)}" ${cause}`;
        return { code: 'collector_failed', metric: name, message };
      });
    }
  }

  attachedLeftOut(reason: 'attached_clash' | 'attached_invalid', registry: string, metric: string): void {
    this.count(() => this.droppedCounter().inc({ signal: 'metrics', reason }));
    this.warnings.say([reason, registry], () => {
      const message = `attached registry "${toExcerpt(registry)}": ${leftOutCauses[reason]}, such as "${toExcerpt(metric)}"`;
      return { code: reason, metric: registry, example: toExcerpt(metric), message };
    });
  }

  scrapeEnded(durationMs: number): void {
    this.scrapeDuration().observe(durationMs / 1000);
  }

  private dropped(reason: DropReason, metric: string): void {
    this.countDrop(reason);
    const cause = dropCauses[reason];
    if (cause === undefined) return;
    const message = `metric "${metric}": ${cause}; such samples are counted in telemetry_dropped_total`;
    this.warnings.say([reason, metric], () => ({ code: reason, metric, message }));
  }

  private labelProblem(metric: string, problem: LabelProblem): void {
    if (problem.kind === 'series_overflow' || problem.kind === 'value_invalid') {
      this.count(() => this.overflowCounter().inc({ metric }));
    }
    if (problem.kind === 'label_missing' || problem.kind === 'label_undeclared') this.countDrop(problem.kind);
    if (problem.kind === 'label_redacted') this.count(() => this.redactionsCounter().inc({ sink: 'metrics' }));
    // Undeclared labels have no bound of their own, so they share one warning per metric.
    const label = problem.kind === 'label_undeclared' ? '' : problem.label;
    this.warnings.say([problem.kind, metric, label], () => toWarning(metric, problem));
  }

  private countDrop(reason: DropReason): void {
    this.count(() => this.droppedCounter().inc({ signal: 'metrics', reason }));
  }

  /** Counting may itself overflow a label budget; that second report is not made. */
  private count(add: () => void): void {
    if (this.isCounting) return;
    this.isCounting = true;
    try {
      add();
    } finally {
      this.isCounting = false;
    }
  }
}

const leftOutCauses = {
  attached_clash: 'metrics whose name is taken are left out',
  attached_invalid: 'values that cannot be shown are left out',
} as const;

/** The other reasons have warnings of their own. */
const dropCauses: Readonly<Partial<Record<DropReason, string>>> = {
  invalid_value: 'came with something that is no possible value of it (NaN, infinite, negative, not a number)',
  invalid_labels: 'came with labels that cannot be read',
};

function toConflictMessage({ metric, first, differs, isShared, places }: DeclarationConflict): string {
  const fate = isShared
    ? 'it records into the first one, under the labels both know'
    : 'nothing is recorded by it, each sample is counted in telemetry_dropped_total';
  const other = first === metric ? `with other ${differs}` : `though its samples are named like those of "${first}"`;
  return `metric "${metric}" is declared again ${other} at ${places.second()}, first at ${places.first()}: ${fate}`;
}

function toWarning(metric: string, problem: LabelProblem): MetricWarning {
  const { kind: code, label } = problem;
  const subject = `metric "${metric}", label "${toExcerpt(label)}"`;
  if (problem.kind === 'label_undeclared' || problem.kind === 'label_redacted') {
    const what =
      problem.kind === 'label_undeclared'
        ? 'not declared, ignored'
        : 'a value held what looks like a secret, kept without it';
    return { code, metric, label, message: `${subject}: ${what}` };
  }
  const example = toExcerpt(problem.example);
  if (problem.kind === 'label_missing') return { code, metric, label, message: `${subject}: missing, kept as ""` };
  const came = JSON.stringify(example);
  const message =
    problem.kind === 'value_invalid'
      ? `${subject}: a value of type ${example} is kept as __other__`
      : `${subject}: beyond its budget, further values such as ${came} are kept as __other__`;
  return { code, metric, label, example, message };
}

function toMessage(error: unknown): string {
  return toExcerpt(error instanceof Error ? error.message : typeof error, 200);
}

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

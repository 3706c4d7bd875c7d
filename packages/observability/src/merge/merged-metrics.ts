import type { OutputFormat } from '../metrics/exposition/formats.ts';
import { renderSteps } from '../metrics/exposition/render.ts';
import type { ResourceMetrics } from '../otlp/metric-model.ts';
import { writeMergedSteps } from './exposition/merged-steps.ts';
import type { Snapshot } from './group/snapshot.ts';
import { SnapshotIntake } from './group/snapshot-intake.ts';
import { MergeReport } from './merge-report.ts';
import type { MergeHooks, MergeSettings } from './merge-settings.ts';
import type { MergeOutcome, MetricMerge, MetricSource } from './metric-source.ts';
import { toMetricSource } from './naming/target-identity.ts';
import { OtlpIntake } from './otlp-intake.ts';
import { Refusals } from './refusals.ts';
import { nameOf } from './source-name.ts';
import { MergeStore } from './store/merge-store.ts';
import type { MergedSource } from './store/merged-series.ts';

export interface MergedRenderOptions {
  readonly format: OutputFormat;
}

/** What many sources say, as one output. */
export interface MergedMetrics extends MetricMerge {
  /** As `update` for each process that sent, told by its resource. For what came by OTLP. */
  receive(metrics: readonly ResourceMetrics[]): MergeOutcome;
  /** What a member of the process group says, which comes in order. */
  takeSnapshot(source: MetricSource, snapshot: Snapshot): MergeOutcome;
  /** All of it in chunks, as `Registry.renderBytes` gives them, letting the event loop turn every few milliseconds. */
  renderBytes(options: MergedRenderOptions): AsyncGenerator<Uint8Array>;
  /** How many series are shown, values held for them, and sources known (those asleep too). */
  size(): { readonly series: number; readonly parts: number; readonly sources: number };
}

/**
 * An empty merge. Counters and histograms are added up over all sources that ever were and never fall; gauges follow
 * `metrics.merge.rules`, without a rule the one their name suggests, and go with their source.
 *
 * Memory, measured on Node 20: a counter with three labels 460 bytes, each further source that has it 190; a histogram of
 * eight bounds 1 000. A source that ended leaves its totals, which are one number for all, and 100 bytes for as long as it
 * is among the last 10 000.
 */
export function createMergedMetrics(settings: MergeSettings & MergeHooks): MergedMetrics {
  const store = new MergeStore(settings);
  const report = new MergeReport(settings);
  const intake = new OtlpIntake(store, report);
  const elapsedMs = settings.elapsedMs ?? (() => performance.now());

  const take = (source: MetricSource, metrics: readonly ResourceMetrics[], refusals: Refusals): void => {
    const nowMs = elapsedMs();
    store.sources.sweep(nowMs);
    const known = store.sources.admit(source, nowMs);
    if (known === null) {
      refusals.count('max_sources', countPoints(metrics));
      report.refusedSource(nameOf(source));
      return;
    }
    intake.take(metrics, { source: known, nowMs, refusals });
  };
  const counted = (run: (refusals: Refusals) => void): MergeOutcome => {
    const refusals = new Refusals();
    run(refusals);
    const outcome = refusals.outcome();
    report.ended(outcome);
    return outcome;
  };

  const members = new WeakMap<MergedSource, SnapshotIntake>();
  const takeSnapshot = (source: MetricSource, snapshot: Snapshot, refusals: Refusals): void => {
    const nowMs = elapsedMs();
    const known = store.sources.admit(source, nowMs);
    if (known === null) {
      refusals.count('max_sources', countRows(snapshot));
      report.refusedSource(nameOf(source));
      return;
    }
    const member = members.get(known) ?? new SnapshotIntake(store, report, known);
    members.set(known, member);
    member.take(snapshot, nowMs, refusals);
  };

  return {
    takeSnapshot: (source, snapshot) => counted((refusals) => takeSnapshot(source, snapshot, refusals)),
    update: (source, metrics) => counted((refusals) => take(source, metrics, refusals)),
    receive: (metrics) =>
      counted((refusals) => {
        for (const resource of metrics) take(toMetricSource(resource.resource), [resource], refusals);
      }),
    silent(source) {
      const known = store.sources.get(source.id);
      if (known?.state === 'up') known.state = 'silent';
    },
    end: (sourceId) => store.sources.end(sourceId),
    renderBytes({ format }) {
      const now = () => performance.now();
      return renderSteps(
        (out) => {
          const nowMs = elapsedMs();
          store.sources.sweep(nowMs);
          return writeMergedSteps(store, { format, oldestMs: nowMs - settings.expiryMs }, out);
        },
        { format, now },
      );
    },
    size: () => ({
      series: store.seriesCount,
      parts: store.partCount,
      sources: [...store.sources.all()].length,
    }),
  };
}

function countRows({ families }: Snapshot): number {
  return families.reduce((rows, { slots }) => rows + slots.length, 0);
}

function countPoints(resources: readonly ResourceMetrics[]): number {
  let points = 0;
  for (const { scopes } of resources) {
    for (const { metrics } of scopes) for (const metric of metrics) points += metric.points.length;
  }
  return points;
}

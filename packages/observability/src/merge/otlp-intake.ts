import type { MetricData, ResourceMetrics, ScopeMetrics } from '../otlp/metric-model.ts';
import type { MergeReport } from './merge-report.ts';
import type { RefusalReason } from './metric-source.ts';
import { LabelTexts, maxLabels, type ReservedLabels, toLabelName, toText } from './naming/label-text.ts';
import { toShownName, toShownUnit } from './naming/metric-name.ts';
import { toShortKey } from './naming/short-key.ts';
import { identityAttributes } from './naming/target-identity.ts';
import { type OtlpPoint, toSentValue } from './otlp-values.ts';
import type { Refusals } from './refusals.ts';
import { nameOf } from './source-name.ts';
import { applyCumulative, applyDelta, applyGauge } from './store/apply-value.ts';
import type { FamilyFacts } from './store/family-table.ts';
import { keepExemplars } from './store/keep-exemplars.ts';
import type { MergeStore } from './store/merge-store.ts';
import {
  isCumulative,
  type MergedFamily,
  type MergedSource,
  type MergedType,
  type Part,
  type SentValue,
  type Stream,
} from './store/merged-series.ts';
import type { Stamp } from './store/stamp.ts';

/** One update of one source. */
export interface Intake {
  readonly source: MergedSource;
  readonly nowMs: number;
  readonly refusals: Refusals;
}

interface MetricIntake extends Intake {
  readonly metric: MetricData;
  readonly family: MergedFamily;
  readonly stream: Stream;
  readonly reserved: ReservedLabels;
}

interface RefusedMetric {
  readonly reason: RefusalReason;
  /** What stands in its way. */
  readonly other?: string;
}

// Bit 0 of a point's flags: the sender has no value any more.
const noValue = 1;

/** OpenTelemetry's metrics into the store. */
export class OtlpIntake {
  private readonly store: MergeStore;
  private readonly report: MergeReport;
  private readonly labels: LabelTexts;
  /** Of the point before, which most often holds at the same time. */
  private lastStamp: Stamp = { start: 0n, time: 0n, seenMs: Number.NaN, isDelta: false };

  constructor(store: MergeStore, report: MergeReport) {
    this.store = store;
    this.report = report;
    this.labels = new LabelTexts(() => report.redacted());
  }

  take(resources: readonly ResourceMetrics[], intake: Intake): void {
    for (const { resource, scopes } of resources) {
      if (intake.source.source.job !== '') intake.source.info = this.infoOf(resource.attributes);
      for (const scope of scopes) this.takeScope(scope, intake);
    }
  }

  private takeScope({ scope, metrics }: ScopeMetrics, intake: Intake): void {
    const { streams } = intake.source;
    const key = toShortKey(`${scope.name}\n${scope.version ?? ''}`);
    const stream = streams.get(key) ?? new Map();
    for (const metric of metrics) this.takeMetric(metric, stream, intake);
    if (stream.size > 0) streams.set(key, stream);
    else streams.delete(key);
  }

  private takeMetric(metric: MetricData, stream: Stream, intake: Intake): void {
    const { source, refusals } = intake;
    const family = this.familyOf(metric, source);
    if ('reason' in family) {
      refusals.count(family.reason, metric.points.length);
      this.report.refusedMetric(family.reason, { ...family, metric: metric.name, source: nameOf(source.source) });
      return;
    }
    this.report.checkRule(family, this.store.families.ruleOf(family.name));
    const of: MetricIntake = { ...intake, metric, family, stream, reserved: reservedLabels(family.type, source) };
    for (const point of metric.points) {
      const reason = this.takePoint(point, of);
      if (reason === null) {
        refusals.accepted += 1;
        continue;
      }
      refusals.count(reason);
      this.report.refusedMetric(reason, { metric: family.name, source: nameOf(source.source) });
    }
  }

  private familyOf(metric: MetricData, source: MergedSource): MergedFamily | RefusedMetric {
    const facts = toFacts(metric);
    if (facts === null) return { reason: 'invalid_name' };
    if ('temporality' in metric && metric.temporality === 'unspecified') return { reason: 'invalid_temporality' };
    const found = this.store.families.find(facts, nameOf(source.source));
    if (found.outcome === 'found') return found.family;
    if (found.outcome === 'reserved') return { reason: 'reserved_name' };
    const { name, type, firstSource } = found.first;
    return { reason: 'type_conflict', other: `${name} (${type}) of ${firstSource}` };
  }

  private takePoint(point: OtlpPoint, intake: MetricIntake): RefusalReason | null {
    const { metric, source, family, stream, reserved } = intake;
    const labels = this.labels.of(point.attributes, reserved);
    if (labels === null) return 'label_limits';
    const hasEnded = (point.flags & noValue) !== 0;
    const sent = hasEnded ? ended : toSentValue(metric, point);
    if (typeof sent === 'string') return sent;
    const stamp = this.stampOf(point, intake);
    if (point.timeUnixNano > source.lastTime) source.lastTime = point.timeUnixNano;
    const place = { family, source, stream, stamp, ...labels };
    if (hasEnded) {
      this.endPart(this.store.peek(place), stream);
      return null;
    }
    const placed = this.store.place(place, sent);
    if (typeof placed === 'string') return placed;
    const { part, isNew } = placed;
    if (!sent.hasSum) part.series.isSumless = true;
    if (isNew) this.discountReturned(part, source);
    const isNews = isNew || this.apply(part, sent, stamp);
    if (isNews && 'exemplars' in point) keepExemplars(part.series, point.exemplars, this.labels);
    return null;
  }

  /** A gauge goes. What counts stays: it expired at its source, or will be told again when its sender can. */
  private endPart(part: Part | undefined, stream: Stream): void {
    if (part === undefined) return;
    if (isCumulative(part.series.family)) this.store.expire(part, stream);
    else this.store.remove(part, stream);
  }

  private apply(part: Part, sent: SentValue, stamp: Stamp): boolean {
    if (!isCumulative(part.series.family)) return applyGauge(part, sent.values[0] ?? 0, stamp);
    return (stamp.isDelta ? applyDelta : applyCumulative)(this.store, part, { sent, came: stamp });
  }

  private discountReturned(part: Part, { countedUntil }: MergedSource): void {
    const { start, isDelta } = part.stamp;
    if (countedUntil === null || isDelta || !isCumulative(part.series.family)) return;
    if (start === 0n || start <= countedUntil) this.store.discount(part);
  }

  private stampOf({ startTimeUnixNano: start, timeUnixNano: time }: OtlpPoint, { metric, nowMs }: MetricIntake): Stamp {
    const isDelta = 'temporality' in metric && metric.temporality === 'delta';
    const last = this.lastStamp;
    if (last.start === start && last.time === time && last.seenMs === nowMs && last.isDelta === isDelta) return last;
    this.lastStamp = { start, time, seenMs: nowMs, isDelta };
    return this.lastStamp;
  }

  /** The resource without what `job` and `instance` say already. */
  private infoOf(attributes: Readonly<Record<string, Parameters<typeof toText>[0]>>): ReadonlyMap<string, string> {
    const info = new Map<string, string>();
    for (const [key, value] of Object.entries(attributes)) {
      if (info.size >= maxLabels) break;
      const text = toText(value);
      if (identityAttributes.has(key) || text === '' || text.length > longestInfo || key.length > longestInfo) continue;
      const name = toLabelName(key);
      info.set(name === 'job' || name === 'instance' ? `exported_${name}` : name, this.labels.valueOf(text));
    }
    return info;
  }
}

const longestInfo = 1_024;
const ended: SentValue = { values: [], bounds: [], hasSum: true, exponential: null, quantiles: null };

function toFacts(metric: MetricData): FamilyFacts | null {
  const { name: sentName, unit, description } = metric;
  const type = toType(metric);
  const name = toShownName({
    name: sentName,
    unit,
    isCounter: type === 'counter',
    isGauge: metric.kind === 'gauge',
  });
  if (name === null) return null;
  const baseName = type === 'counter' ? name.replace(/_total$/, '') : name;
  return { name, type, isSum: metric.kind === 'sum', help: description, unit: toShownUnit(baseName, unit) };
}

function toType(metric: MetricData): MergedType {
  if (metric.kind === 'sum') return metric.isMonotonic ? 'counter' : 'gauge';
  if (metric.kind === 'exponential_histogram') return 'histogram';
  return metric.kind;
}

const ofHistograms = ['le'];
const ofSummaries = ['quantile'];

/** Labels that are added when it is shown, so that a sender's own go as `exported_…`, as Prometheus does it. */
function reservedLabels(type: MergedType, { source }: MergedSource): ReservedLabels {
  const taken = type === 'histogram' ? ofHistograms : type === 'summary' ? ofSummaries : [];
  return new Set(source.job === '' ? taken : ['job', 'instance', ...taken]);
}

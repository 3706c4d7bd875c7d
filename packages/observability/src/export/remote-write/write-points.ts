import { toShownName, toShownUnit } from '../../merge/naming/metric-name.ts';
import type { ByteWriter } from '../../metrics/exposition/byte-writer.ts';
import { toBoundText } from '../../metrics/exposition/number-text.ts';
import type {
  ExemplarPoint,
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
  SummaryPoint,
} from '../../otlp/metric-model.ts';
import type { RequestWriter } from './request-writer.ts';
import { metadataTypes, toLabelBytes, toMs, writeExemplar, writeHistogram, writeSample } from './write-request.ts';

const endedFlag = 1;
const hasEnded = ({ flags }: { readonly flags: number }): boolean => (flags & endedFlag) !== 0;

/** All points of one metric, as the series it has in Prometheus. */
export function writeMetric(metric: MetricData, request: RequestWriter): void {
  if ('temporality' in metric && metric.temporality === 'delta') return;
  const isCounter = metric.kind === 'sum' && metric.isMonotonic;
  const name = toShownName({ ...metric, isCounter, isGauge: metric.kind === 'gauge' });
  if (name === null) return;
  const unit = toShownUnit(isCounter ? name.replace(/_total$/, '') : name, metric.unit) ?? '';
  request.describe({ type: typeOf(metric), name, help: metric.description, unit });
  switch (metric.kind) {
    case 'gauge':
    case 'sum':
      writeNumbers(name, metric.points, request);
      break;
    case 'histogram':
      writeHistograms(name, metric.points, request);
      break;
    case 'exponential_histogram':
      writeNatives(name, metric.points, request);
      break;
    case 'summary':
      writeSummaries(name, metric.points, request);
  }
}

function typeOf(metric: MetricData): number {
  if (metric.kind === 'exponential_histogram') return metadataTypes.histogram;
  if (metric.kind === 'sum') return metric.isMonotonic ? metadataTypes.counter : metadataTypes.gauge;
  return metadataTypes[metric.kind];
}

const nameBytes = (name: string): Uint8Array => toLabelBytes('__name__', name);

function writeNumbers(name: string, points: readonly NumberPoint[], request: RequestWriter): void {
  const bytes = nameBytes(name);
  for (const point of points) {
    const { value, timeUnixNano, exemplars } = point;
    if (value === undefined && !hasEnded(point)) continue;
    request.labels.set(point.attributes, '');
    request.add(bytes, null, (out) => {
      writeSample(out, value === undefined ? null : Number(value), toMs(timeUnixNano));
      for (const exemplar of exemplars) writeExemplar(out, exemplar);
    });
    request.endPoint();
  }
}

interface BoundLabels {
  readonly bounds: readonly number[];
  readonly labels: readonly Uint8Array[];
}

/** The same bounds come with every point of a metric. */
function createBoundLabels(label: string): (bounds: readonly number[]) => readonly Uint8Array[] {
  let last: BoundLabels | null = null;
  return (bounds) => {
    if (last?.bounds === bounds) return last.labels;
    last = { bounds, labels: bounds.map((bound) => toLabelBytes(label, toBoundText(bound))) };
    return last.labels;
  };
}

function writeHistograms(name: string, points: readonly HistogramPoint[], request: RequestWriter): void {
  const [bucketName, sumName, countName] = [`${name}_bucket`, `${name}_sum`, `${name}_count`].map(nameBytes);
  const boundLabels = createBoundLabels('le');
  const infinity = toLabelBytes('le', '+Inf');
  for (const point of points) {
    const { explicitBounds, bucketCounts, sum, count, timeUnixNano } = point;
    const timeMs = toMs(timeUnixNano);
    const isOver = hasEnded(point);
    const exemplars = exemplarsByBucket(point);
    request.labels.set(point.attributes, 'le');
    let cumulative = 0;
    for (const [i, bound] of boundLabels(explicitBounds).entries()) {
      cumulative += bucketCounts[i] ?? 0;
      const value = isOver ? null : cumulative;
      request.add(bucketName as Uint8Array, bound, (out) =>
        writeBucket(out, { value, timeMs, exemplar: exemplars?.get(i) }),
      );
    }
    const all = isOver ? null : count;
    const last = exemplars?.get(explicitBounds.length);
    request.add(bucketName as Uint8Array, infinity, (out) => writeBucket(out, { value: all, timeMs, exemplar: last }));
    if (sum !== undefined || isOver) {
      request.add(sumName as Uint8Array, null, (out) => writeSample(out, isOver ? null : (sum ?? 0), timeMs));
    }
    request.add(countName as Uint8Array, null, (out) => writeSample(out, all, timeMs));
    request.endPoint();
  }
}

interface BucketSample {
  readonly value: number | null;
  readonly timeMs: number;
  readonly exemplar: ExemplarPoint | undefined;
}

function writeBucket(out: ByteWriter, { value, timeMs, exemplar }: BucketSample): void {
  writeSample(out, value, timeMs);
  if (exemplar !== undefined) writeExemplar(out, exemplar);
}

/** The newest of each bucket, as a scrape has one. */
function exemplarsByBucket({ exemplars, explicitBounds }: HistogramPoint): ReadonlyMap<number, ExemplarPoint> | null {
  if (exemplars.length === 0) return null;
  const byBucket = new Map<number, ExemplarPoint>();
  for (const exemplar of exemplars) {
    const above = explicitBounds.findIndex((bound) => Number(exemplar.value ?? 0) <= bound);
    const bucket = above < 0 ? explicitBounds.length : above;
    const before = byBucket.get(bucket);
    if (before === undefined || before.timeUnixNano < exemplar.timeUnixNano) byBucket.set(bucket, exemplar);
  }
  return byBucket;
}

function writeNatives(name: string, points: readonly ExponentialHistogramPoint[], request: RequestWriter): void {
  const bytes = nameBytes(name);
  for (const point of points) {
    request.labels.set(point.attributes, '');
    request.add(bytes, null, (out) => {
      writeHistogram(out, point, hasEnded(point));
      for (const exemplar of point.exemplars) writeExemplar(out, exemplar);
    });
    request.endPoint();
  }
}

function writeSummaries(name: string, points: readonly SummaryPoint[], request: RequestWriter): void {
  const [plainName, sumName, countName] = [name, `${name}_sum`, `${name}_count`].map(nameBytes);
  for (const point of points) {
    const { quantiles, sum, count, timeUnixNano } = point;
    const timeMs = toMs(timeUnixNano);
    const told = (value: number) => (hasEnded(point) ? null : value);
    request.labels.set(point.attributes, 'quantile');
    for (const { quantile, value } of quantiles) {
      const label = toLabelBytes('quantile', toBoundText(quantile));
      request.add(plainName as Uint8Array, label, (out) => writeSample(out, told(value), timeMs));
    }
    request.add(sumName as Uint8Array, null, (out) => writeSample(out, told(sum), timeMs));
    request.add(countName as Uint8Array, null, (out) => writeSample(out, told(count), timeMs));
    request.endPoint();
  }
}

import { coarsestSchema, finestSchema } from '../../metrics/native/native-index.ts';
import type { ExponentialBuckets } from '../../otlp/metric-model.ts';

/** The exponential buckets of one series; never changed, always replaced. `scale` is one that Prometheus has, −4 to 8. */
export interface Exponential {
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

const none: ExponentialBuckets = { offset: 0, counts: [] };
// The doubles reach from 2^-1074 to 2^1024; a bucket beyond them is no bucket.
const lowestPower = -1075;
const highestPower = 1025;
// What one sender may hold at a time; the SDKs stop at 160.
const maxSentBuckets = 4_096;
// What is kept of one series and sign. At the coarsest scale 138 buckets hold all doubles.
const maxBuckets = 640;

/** What a sender says, at a scale Prometheus has; null for what is no exponential histogram. */
export function toExponential(sent: Exponential): Exponential | null {
  const { scale, zeroCount, zeroThreshold } = sent;
  if (!Number.isInteger(scale) || scale < coarsestSchema || scale > 64) return null;
  if (!isCount(zeroCount) || !(zeroThreshold >= 0) || zeroThreshold === Number.POSITIVE_INFINITY) return null;
  if (!areBuckets(sent.positive, scale) || !areBuckets(sent.negative, scale)) return null;
  return limited(
    rescaled(
      { ...sent, positive: trimmed(sent.positive), negative: trimmed(sent.negative) },
      Math.min(scale, finestSchema),
    ),
  );
}

/** All values of both, at the coarser scale and with the wider zero of the two: no value is lost or moved by guess. */
export function addExponentials(a: Exponential, b: Exponential): Exponential {
  const scale = Math.min(a.scale, b.scale);
  const [left, right] = sameZero(rescaled(a, scale), rescaled(b, scale));
  return limited({
    scale,
    zeroCount: left.zeroCount + right.zeroCount,
    zeroThreshold: left.zeroThreshold,
    positive: addBuckets(left.positive, right.positive),
    negative: addBuckets(left.negative, right.negative),
  });
}

/** To take away what was added before. */
export function negated(histogram: Exponential): Exponential {
  const minus = ({ offset, counts }: ExponentialBuckets) => ({ offset, counts: counts.map((count) => -count) });
  const { zeroCount, positive, negative } = histogram;
  return { ...histogram, zeroCount: -zeroCount, positive: minus(positive), negative: minus(negative) };
}

export function countOf({ zeroCount, positive, negative }: Exponential): number {
  return zeroCount + total(positive) + total(negative);
}

export function rescaled(histogram: Exponential, scale: number): Exponential {
  const shift = histogram.scale - scale;
  if (shift === 0) return histogram;
  return {
    ...histogram,
    scale,
    positive: coarser(histogram.positive, shift),
    negative: coarser(histogram.negative, shift),
  };
}

/** Cumulative counts at powers of two, or of 2^(2^-scale) where that is coarser; at most `limit` of them. */
export function toClassicBuckets(
  histogram: Exponential,
  limit: number,
): readonly (readonly [bound: number, count: number])[] {
  let wide = rescaled(histogram, Math.min(histogram.scale, 0));
  while (wide.positive.counts.length > limit && wide.scale > coarsestSchema) wide = rescaled(wide, wide.scale - 1);
  const { positive, zeroCount, negative, scale } = wide;
  let cumulative = zeroCount + total(negative);
  return positive.counts.flatMap((count, i) => {
    cumulative += count;
    const bound = 2 ** ((positive.offset + i + 1) * 2 ** -scale);
    return Number.isFinite(bound) ? [[bound, cumulative] as const] : [];
  });
}

function areBuckets({ offset, counts }: ExponentialBuckets, scale: number): boolean {
  if (!Number.isInteger(offset) || counts.length > maxSentBuckets) return false;
  if (!counts.every(isCount)) return false;
  const { offset: first, counts: held } = trimmed({ offset, counts });
  if (held.length === 0) return true;
  const width = 2 ** -scale;
  return first * width >= lowestPower && (first + held.length - 1) * width <= highestPower;
}

function isCount(count: number): boolean {
  return count >= 0 && count <= Number.MAX_SAFE_INTEGER;
}

function limited(histogram: Exponential): Exponential {
  let fits = histogram;
  const widest = () => Math.max(fits.positive.counts.length, fits.negative.counts.length);
  while (widest() > maxBuckets && fits.scale > coarsestSchema) fits = rescaled(fits, fits.scale - 1);
  return fits;
}

/** Without the empty buckets at both ends. */
function trimmed({ offset, counts }: ExponentialBuckets): ExponentialBuckets {
  const first = counts.findIndex((count) => count !== 0);
  if (first < 0) return none;
  const last = counts.findLastIndex((count) => count !== 0);
  return first === 0 && last === counts.length - 1
    ? { offset, counts }
    : { offset: offset + first, counts: counts.slice(first, last + 1) };
}

/** Bucket i of the finer scale lies within bucket i / 2^shift, rounded down. */
function coarser({ offset, counts }: ExponentialBuckets, shift: number): ExponentialBuckets {
  if (counts.length === 0) return none;
  const factor = 2 ** shift;
  const first = Math.floor(offset / factor);
  const last = Math.floor((offset + counts.length - 1) / factor);
  const wider = new Array<number>(last - first + 1).fill(0);
  for (const [i, count] of counts.entries()) {
    const at = Math.floor((offset + i) / factor) - first;
    wider[at] = (wider[at] ?? 0) + count;
  }
  return { offset: first, counts: wider };
}

function addBuckets(a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets {
  if (a.counts.length === 0) return b;
  if (b.counts.length === 0) return a;
  const first = Math.min(a.offset, b.offset);
  const end = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  const counts = new Array<number>(end - first).fill(0);
  for (const { offset, counts: added } of [a, b]) {
    for (const [i, count] of added.entries()) counts[offset - first + i] = (counts[offset - first + i] ?? 0) + count;
  }
  return { offset: first, counts };
}

/** Both with one threshold: the wider one, widened until it cuts no bucket that holds something. */
function sameZero(a: Exponential, b: Exponential): readonly [Exponential, Exponential] {
  let threshold = Math.max(a.zeroThreshold, b.zeroThreshold);
  if (a.zeroThreshold === b.zeroThreshold) return [a, b];
  for (let before = -1; before !== threshold; ) {
    before = threshold;
    for (const histogram of [a, b]) threshold = Math.max(threshold, reachOf(histogram, threshold));
  }
  return [withZero(a, threshold), withZero(b, threshold)];
}

/** The upper end of the bucket in which the threshold lies, where that holds something; else the threshold. */
function reachOf({ scale, positive, negative, zeroThreshold }: Exponential, threshold: number): number {
  if (threshold <= zeroThreshold) return threshold;
  let reach = threshold;
  for (const { offset, counts } of [positive, negative]) {
    for (const [i, count] of counts.entries()) {
      if (count !== 0 && lowerBound(offset + i, scale) < threshold)
        reach = Math.max(reach, lowerBound(offset + i + 1, scale));
    }
  }
  return reach;
}

function withZero(histogram: Exponential, zeroThreshold: number): Exponential {
  const { scale, positive, negative } = histogram;
  let { zeroCount } = histogram;
  const above = ({ offset, counts }: ExponentialBuckets): ExponentialBuckets => {
    const kept = counts.map((count, i) => {
      if (lowerBound(offset + i, scale) >= zeroThreshold) return count;
      zeroCount += count;
      return 0;
    });
    return trimmed({ offset, counts: kept });
  };
  const kept = { positive: above(positive), negative: above(negative) };
  return { ...histogram, ...kept, zeroCount, zeroThreshold };
}

function lowerBound(index: number, scale: number): number {
  return 2 ** (index * 2 ** -scale);
}

function total({ counts }: ExponentialBuckets): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

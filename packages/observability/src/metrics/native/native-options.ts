import { MetricError } from '../metric-error.ts';
import { toExcerpt } from '../text-escapes.ts';

/** What may be said of a histogram's exponential (native) buckets. */
export interface NativeBucketsDeclaration {
  /**
   * How many buckets a series may have before neighbours are merged, two into one, 1 to 10 000. At the coarsest
   * (a bucket for 16 powers of two) there are at most 73 for each sign, which a smaller maximum does not prevent.
   * @default 160
   */
  readonly maxBuckets?: number;
}

export interface NativeOptions {
  readonly maxBuckets: number;
}

// OpenTelemetry's default for exponential histograms, and enough for a ratio of a million at 9 % a bucket.
const defaultMaxBuckets = 160;
const mostBuckets = 10_000;

/** What applies where a configuration asks for them and says no more. */
export const defaultNativeOptions: NativeOptions = Object.freeze({ maxBuckets: defaultMaxBuckets });

/** @throws MetricError OBS_METRIC_NATIVE_INVALID */
export function checkNative(metric: string, native: unknown): NativeOptions | null {
  if (native === undefined || native === false) return null;
  if (native === true) return defaultNativeOptions;
  const maxBuckets: unknown =
    typeof native === 'object' && native !== null && 'maxBuckets' in native ? native.maxBuckets : undefined;
  if (typeof native === 'object' && native !== null && maxBuckets === undefined) return defaultNativeOptions;
  if (typeof maxBuckets === 'number' && Number.isInteger(maxBuckets) && maxBuckets >= 1 && maxBuckets <= mostBuckets) {
    return Object.freeze({ maxBuckets });
  }
  throw new MetricError({
    kind: 'native_invalid',
    metric: toExcerpt(metric),
    expected: `native: true or { maxBuckets: a whole number from 1 to ${mostBuckets} }`,
    came: maxBuckets === undefined ? typeof native : toExcerpt(String(maxBuckets)),
  });
}

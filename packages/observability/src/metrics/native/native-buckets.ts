import { coarsestSchema, finestSchema, nativeIndex } from './native-index.ts';

/** Values at most this far from 0 are counted as 0: Prometheus' usual threshold. */
export const zeroThreshold = 2 ** -128;

// Each bucket is 2^(1/8), or 9 %, wider than the one below: the finest of them that gives quantiles to within 5 %.
const firstSchema = 3;

const firstPlaces = 8;
// Spreads neighbouring keys over the table (2^32 divided by the golden ratio).
const spread = 0x9e3779b1;

/** A bucket that holds something. */
export interface NativeBucket {
  /** It takes values above base^index up to base^(index + 1), by amount; base is 2^(2^-schema). */
  readonly index: number;
  readonly count: number;
}

/**
 * The exponential buckets of one series: only those that hold something, in a hash table of two typed arrays. The
 * finer ones lie within the coarser, so that merging never has to guess, and loses nothing.
 */
export class NativeBuckets {
  schema = firstSchema;
  zeroCount = 0;
  private readonly maxBuckets: number;
  private readonly index = nativeIndex();
  private used = 0;
  /** Twice the bucket's index, odd for negative values. Free where the count is 0. */
  private keys = new Int32Array(firstPlaces);
  private counts = new Float64Array(firstPlaces);

  constructor(maxBuckets: number) {
    this.maxBuckets = maxBuckets;
  }

  get zeroThreshold(): number {
    return zeroThreshold;
  }

  /** For a finite value. */
  record(value: number): void {
    const distance = value < 0 ? -value : value;
    if (distance <= zeroThreshold) {
      this.zeroCount += 1;
      return;
    }
    const index = this.index.find(distance) >> (finestSchema - this.schema);
    if (this.add(value < 0 ? index * 2 + 1 : index * 2, 1)) this.limit();
  }

  /** Takes over all that another series holds, at the coarser schema of both. */
  absorb(other: NativeBuckets): void {
    this.zeroCount += other.zeroCount;
    if (other.schema < this.schema) this.coarsenTo(other.schema);
    this.addAll(other.keys, other.counts, other.schema);
    this.limit();
  }

  /** Those of one sign, from 0 away. */
  bucketsOf(sign: 'positive' | 'negative'): readonly NativeBucket[] {
    const wanted = sign === 'negative' ? 1 : 0;
    const buckets: NativeBucket[] = [];
    for (let place = 0; place < this.keys.length; place++) {
      const key = this.keys[place] as number;
      const count = this.counts[place] as number;
      if (count > 0 && (key & 1) === wanted) buckets.push({ index: key >> 1, count });
    }
    return buckets.sort((a, b) => a.index - b.index);
  }

  private limit(): void {
    while (this.used > this.maxBuckets && this.schema > coarsestSchema) this.coarsenTo(this.schema - 1);
  }

  private coarsenTo(schema: number): void {
    const { keys, counts } = this;
    const from = this.schema;
    this.schema = schema;
    this.used = 0;
    this.keys = new Int32Array(keys.length);
    this.counts = new Float64Array(keys.length);
    this.addAll(keys, counts, from);
  }

  private addAll(keys: Int32Array, counts: Float64Array, schema: number): void {
    const shift = schema - this.schema;
    for (let place = 0; place < keys.length; place++) {
      const key = keys[place] as number;
      const count = counts[place] as number;
      if (count > 0) this.add(((key >> 1) >> shift) * 2 + (key & 1), count);
    }
  }

  /** @returns whether the bucket is new */
  private add(key: number, amount: number): boolean {
    const { keys, counts } = this;
    const mask = keys.length - 1;
    let place = (Math.imul(key, spread) >>> 16) & mask;
    while (counts[place] !== 0 && keys[place] !== key) place = (place + 1) & mask;
    const isNew = counts[place] === 0;
    counts[place] = (counts[place] as number) + amount;
    if (!isNew) return false;
    keys[place] = key;
    this.used += 1;
    // At most two thirds full.
    if (this.used * 3 > keys.length * 2) this.grow();
    return true;
  }

  private grow(): void {
    const { keys, counts } = this;
    this.used = 0;
    this.keys = new Int32Array(keys.length * 2);
    this.counts = new Float64Array(keys.length * 2);
    this.addAll(keys, counts, this.schema);
  }
}

// One number seen as a double and as two halves, to read its exponent.
const asDouble = new Float64Array(1);
const asHalves = new Int32Array(asDouble.buffer);
const highHalf = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * Finds the bucket of a value: the first whose upper bound is not below it.
 *
 * The high sixteen bits of a positive double (exponent and four bits more) order numbers in steps of at most 6 %. A
 * table tells for each step where to begin; from there the bounds are compared in turn, mostly one. Over eight buckets
 * that is 1 to 1.5 ns above no search at all, whatever the values; comparing from the first bound on costs 1 to 4 ns,
 * a binary search, whose steps the processor guesses wrong, 8 to 12 ns.
 */
export class BucketSearch {
  /** As declared, without +Inf. */
  readonly bounds: Float64Array;
  /** With +Inf at the end, which stops every search: values are finite. */
  private readonly stops: Float64Array;
  private readonly starts: Uint16Array;
  private readonly lowestStep: number;

  constructor(bounds: readonly number[]) {
    this.bounds = Float64Array.from(bounds);
    this.stops = Float64Array.of(...bounds, Number.POSITIVE_INFINITY);
    const positive = bounds.filter((bound) => bound > 0);
    this.lowestStep = stepOf(positive[0] ?? 1);
    const highestStep = stepOf(positive.at(-1) ?? 1);
    this.starts = new Uint16Array(highestStep - this.lowestStep + 1);
    // Both ascend, so one walk does: a search for each step costs every import of the library 0.4 ms.
    for (let i = 0, bucket = 0; i < this.starts.length; i++) {
      const least = leastOf(this.lowestStep + i);
      while (least > (this.stops[bucket] as number)) bucket += 1;
      this.starts[i] = bucket;
    }
  }

  /** For a finite value. */
  find(value: number): number {
    asDouble[0] = value;
    const step = ((asHalves[highHalf] as number) >> 16) - this.lowestStep;
    const { starts, stops } = this;
    // Below the table are small values and all that are not positive, whose sign makes the step negative. One loop for
    // all three cases: written out in each, the search takes 1.2 ns more.
    let bucket = step < 0 ? 0 : step < starts.length ? (starts[step] as number) : stops.length - 1;
    while (value > (stops[bucket] as number)) bucket += 1;
    return bucket;
  }
}

function stepOf(value: number): number {
  asDouble[0] = value;
  return (asHalves[highHalf] as number) >> 16;
}

/** The smallest value of a step. */
function leastOf(step: number): number {
  asHalves[1 - highHalf] = 0;
  asHalves[highHalf] = step << 16;
  return asDouble[0] as number;
}

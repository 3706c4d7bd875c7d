/** The finest schema there is: 2^8 buckets between a power of two and the next. */
export const finestSchema = 8;
/** The coarsest: a bucket spans 16 powers of two. Both limits are those of Prometheus' native histograms. */
export const coarsestSchema = -4;

const perPower = 2 ** finestSchema;
// A cell of equal width, of which there are two for each bucket. Bounds of buckets lie at least ln 2 / 256 apart, cells
// are 1 / 512 wide: no cell holds two bounds.
const cellBits = finestSchema + 1;

// One number seen as a double and as two halves, to read and replace its exponent.
const asDouble = new Float64Array(1);
const asHalves = new Int32Array(asDouble.buffer);
const highHalf = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * Finds the exponential bucket of a positive, normal number at the finest schema: bucket i takes values above 2^(i/256)
 * up to and with 2^((i+1)/256), as OpenTelemetry counts (Prometheus calls the same one i + 1). At schema s it is
 * `i >> (8 - s)`.
 *
 * Exact for every double, other than a rounded logarithm: the bounds between 1 and 2 are worked out beyond a double's
 * precision, then cut. 6 to 9 ns with the recording around it, as by a logarithm that is right but for the bounds.
 */
export class NativeIndex {
  /** The largest doubles not above 2^(i/256); 2 at the end. */
  private readonly bounds = new Float64Array(perPower + 1);
  /** How many bounds lie below each cell. */
  private readonly starts = new Uint16Array(2 ** cellBits);

  constructor() {
    const { bounds, starts } = this;
    for (const [i, bound] of boundsOfFinest().entries()) bounds[i] = bound;
    let below = 0;
    for (let cell = 0; cell < starts.length; cell++) {
      while ((bounds[below] as number) < 1 + cell / starts.length) below += 1;
      starts[cell] = below;
    }
  }

  find(value: number): number {
    asDouble[0] = value;
    const high = asHalves[highHalf] as number;
    asHalves[highHalf] = (high & 0xfffff) | 0x3ff00000;
    const fraction = asDouble[0] as number;
    const start = this.starts[(high & 0xfffff) >> (20 - cellBits)] as number;
    const below = fraction > (this.bounds[start] as number) ? start + 1 : start;
    return ((high >> 20) - 1023) * perPower + below - 1;
  }
}

let shared: NativeIndex | undefined;

/** Made when the first histogram needs it: 0.1 ms that no import has to pay. */
export function nativeIndex(): NativeIndex {
  shared ??= new NativeIndex();
  return shared;
}

// 108 bits more than a double has behind the point: the 256 roundings cannot reach what is kept.
const fixedBits = 160n;

function boundsOfFinest(): readonly number[] {
  let step = 2n << fixedBits;
  for (let i = 0; i < finestSchema; i++) step = rootOf(step << fixedBits);
  const bounds: number[] = [];
  let bound = 1n << fixedBits;
  for (let i = 0; i < perPower; i++) {
    bounds.push(Number(bound >> (fixedBits - 52n)) / 2 ** 52);
    bound = (bound * step) >> fixedBits;
  }
  return [...bounds, 2];
}

/** The square root, cut to a whole number (Newton's method from above). */
function rootOf(square: bigint): bigint {
  let root = 1n << BigInt((square.toString(16).length + 1) * 2);
  for (let next = (root + square / root) >> 1n; next < root; next = (root + square / root) >> 1n) root = next;
  return root;
}

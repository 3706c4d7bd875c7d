import { OtlpDecodeError } from './decode-error.ts';

// Two bytes can say "one more span", which takes 200 here: without a limit a body of 64 MiB would take gigabytes. What
// real exporters send needs less than 10 bytes for each byte of protobuf.
const bytesPerByte = 32;
const freeBytes = 1024 * 1024;

// As the limit of the protocol's own libraries is 100, of which each level here takes two or three.
const maxDepth = 64;

/** What things take in V8 on 64 bits, measured and rounded up, with their place in a list and its room for more. */
export const memoryBytes = {
  /** Of an object, and for each of its properties. */
  object: 88,
  property: 8,
  /** Of the array of a list. */
  list: 192,
  /** Of a map without a prototype; its entries come from bytes of their own. */
  map: 192,
  bytes: 224,
} as const;

/** What one decoding may take: memory in proportion to the body, and a number of levels. */
export class DecodeBudget {
  private bytesLeft: number;
  private depth = 0;

  /** @param bodyBytes - how long what is decoded is */
  constructor(bodyBytes: number) {
    this.bytesLeft = bodyBytes * bytesPerByte + freeBytes;
  }

  /** Before something is made whose size is not in proportion to the bytes it comes from. */
  spend(bytes: number): void {
    this.bytesLeft -= bytes;
    if (this.bytesLeft >= 0) return;
    throw new OtlpDecodeError('too_dense', 'the body holds more messages than its size lets expect');
  }

  /** Before a value within a value; `leave` after it. */
  enter(): void {
    this.depth += 1;
    if (this.depth <= maxDepth) return;
    throw new OtlpDecodeError('too_deep', `values lie within values more than ${maxDepth} levels deep`);
  }

  leave(): void {
    this.depth -= 1;
  }
}

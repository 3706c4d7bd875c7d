import { Buffer } from 'node:buffer';
import { type WireType, wireTypes } from '../protobuf/wire.ts';
import { DecodeBudget } from './decode-budget.ts';
import { OtlpDecodeError } from './decode-error.ts';
import { readText } from './string-cache.ts';

const two32 = 2 ** 32;

/** Reads Protocol Buffers' encoding, and never beyond the message it is in. */
export class WireReader {
  readonly budget: DecodeBudget;
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private at = 0;
  private end: number;
  /** Of the varint read last. */
  private low = 0;
  private high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
    this.budget = new DecodeBudget(bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** Goes into what is length-delimited: its end is the end until `leave`, which gets what is returned here. */
  enter(): number {
    const outerEnd = this.end;
    const length = this.length();
    this.end = this.at + length;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.end = outerEnd;
  }

  tag(): number {
    const tag = this.shortVarint() ?? this.uint32();
    if (tag >= 8) return tag;
    throw new OtlpDecodeError('malformed', 'a field has the number 0');
  }

  /** A varint cut to 32 bits, as the protocol says for uint32. */
  uint32(): number {
    this.varint();
    return this.low;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    this.varint();
    return this.low !== 0 || this.high !== 0;
  }

  /** A varint as a number, rounded beyond 2^53. */
  uint64(): number {
    this.varint();
    return this.high * two32 + this.low;
  }

  /** A varint as a number where it is a safe integer, else a bigint. */
  int64(): number | bigint {
    this.varint();
    const value = (this.high | 0) * two32 + this.low;
    if (Number.isSafeInteger(value)) return value;
    return (BigInt(this.high | 0) << 32n) | BigInt(this.low);
  }

  fixed32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  fixed64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  sfixed64(): bigint {
    return this.view.getBigInt64(this.take(8), true);
  }

  /** A fixed64 as a number, rounded beyond 2^53. */
  fixed64Number(): number {
    const at = this.take(8);
    return this.view.getUint32(at + 4, true) * two32 + this.view.getUint32(at, true);
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /** What is no UTF-8 becomes U+FFFD: one bad character must not cost a batch. */
  string(): string {
    const length = this.length();
    const start = this.take(length);
    return readText(this.bytes, start, start + length);
  }

  hex(): string {
    const length = this.length();
    const start = this.take(length);
    return this.bytes.toString('hex', start, start + length);
  }

  /** A copy: a part of the body would keep the whole of it in memory. */
  copy(): Uint8Array {
    const length = this.length();
    const start = this.take(length);
    return new Uint8Array(this.bytes.subarray(start, start + length));
  }

  skip(wireType: WireType): void {
    if (wireType === wireTypes.varint) this.varint();
    else if (wireType === wireTypes.fixed64) this.take(8);
    else if (wireType === wireTypes.lengthDelimited) this.take(this.length());
    else if (wireType === wireTypes.fixed32) this.take(4);
    else throw new OtlpDecodeError('malformed', `a field has the wire type ${wireType}, which is not read`);
  }

  private length(): number {
    const length = this.shortVarint() ?? this.uint64();
    if (length > this.end - this.at) throw truncated();
    return length;
  }

  private take(count: number): number {
    const { at } = this;
    if (count > this.end - at) throw truncated();
    this.at = at + count;
    return at;
  }

  /** Nearly all tags and lengths are one byte; reading these by themselves makes decoding a fifth faster. */
  private shortVarint(): number | undefined {
    const byte = this.bytes[this.at] as number;
    if (byte >= 128 || this.at >= this.end) return undefined;
    this.at += 1;
    return byte;
  }

  /** Up to ten bytes of seven bits, the lowest first; more zeros than needed are allowed. */
  private varint(): void {
    const { bytes, end } = this;
    let { at } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw truncated();
      const byte = bytes[at] as number;
      at += 1;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte >= 128) continue;
      this.at = at;
      this.low = low >>> 0;
      this.high = high >>> 0;
      return;
    }
    throw new OtlpDecodeError('malformed', 'a number is longer than ten bytes');
  }
}

function truncated(): OtlpDecodeError {
  return new OtlpDecodeError('truncated', 'the message ends too early');
}

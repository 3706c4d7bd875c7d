import type { ByteWriter } from '../metrics/exposition/byte-writer.ts';

// How Protocol Buffers' encoding is written; https://protobuf.dev/programming-guides/encoding.

/** The three low bits of a tag. */
export const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** One of them, as it is read; 3 and 4 are the groups nobody writes any more, 6 and 7 nothing. */
export type WireType = number;

const { varint, fixed64, lengthDelimited, fixed32 } = wireTypes;

const eightView = new DataView(new ArrayBuffer(8));
const eightBytes = new Uint8Array(eightView.buffer);

export function writeTag(out: ByteWriter, field: number, wireType: WireType): void {
  if (field < 16) out.byte((field << 3) | wireType);
  else writeVarint(out, (field << 3) | wireType);
}

/** A whole number from 0 on, exact up to 2^53. */
export function writeVarint(out: ByteWriter, value: number): void {
  let rest = value;
  while (rest >= 128) {
    out.byte((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.byte(rest);
}

export function writeUint(out: ByteWriter, field: number, value: number): void {
  writeTag(out, field, varint);
  writeVarint(out, value);
}

/** A safe integer of either sign as int32, int64 or enum. */
export function writeInt(out: ByteWriter, field: number, value: number): void {
  if (value >= 0) writeUint(out, field, value);
  else writeBigint(out, field, BigInt(value));
}

/** As int64; what is beyond it wraps around. */
export function writeBigint(out: ByteWriter, field: number, value: bigint): void {
  writeTag(out, field, varint);
  let rest = BigInt.asUintN(64, value);
  while (rest >= 128n) {
    out.byte(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.byte(Number(rest));
}

/** A whole number of either sign in the "zigzag" spelling of sint32 and sint64. */
export function writeSint(out: ByteWriter, field: number, value: number): void {
  writeUint(out, field, value < 0 ? -2 * value - 1 : 2 * value);
}

export function writeDouble(out: ByteWriter, field: number, value: number): void {
  writeTag(out, field, fixed64);
  writeDoubleBytes(out, value);
}

/** Without a tag, as in packed fields. */
export function writeDoubleBytes(out: ByteWriter, value: number): void {
  eightView.setFloat64(0, value, true);
  out.copy(eightBytes);
}

/** As fixed64 or sfixed64; what is beyond it wraps around. */
export function writeFixed64(out: ByteWriter, field: number, value: bigint): void {
  writeTag(out, field, fixed64);
  eightView.setBigUint64(0, value, true);
  out.copy(eightBytes);
}

/** A whole number from 0 on as the bytes of a fixed64, exact up to 2^53. Without a tag, as in packed fields. */
export function writeFixed64Bytes(out: ByteWriter, value: number): void {
  eightView.setUint32(0, value >>> 0, true);
  eightView.setUint32(4, value / 2 ** 32, true);
  out.copy(eightBytes);
}

export function writeFixed32(out: ByteWriter, field: number, value: number): void {
  writeTag(out, field, fixed32);
  for (let shift = 0; shift < 32; shift += 8) out.byte((value >>> shift) & 255);
}

/** What has no UTF-8 form, half a surrogate pair, becomes U+FFFD. */
export function writeString(out: ByteWriter, field: number, text: string): void {
  const start = openMessage(out, field);
  out.text(text);
  closeMessage(out, start);
}

export function writeBytes(out: ByteWriter, field: number, bytes: Uint8Array): void {
  writeTag(out, field, lengthDelimited);
  writeVarint(out, bytes.length);
  out.copy(bytes);
}

/** What was written into `content`. */
export function writeMessage(out: ByteWriter, field: number, content: ByteWriter): void {
  writeTag(out, field, lengthDelimited);
  writeVarint(out, content.length);
  out.copyFrom(content);
}

/**
 * Begins a message whose length is known when it ends. One byte is kept free for the length, which is enough for most;
 * the content of a longer one is moved. That is cheaper than to write it apart and copy it, or to measure it first.
 *
 * @returns for `closeMessage`
 */
export function openMessage(out: ByteWriter, field: number): number {
  writeTag(out, field, lengthDelimited);
  out.byte(0);
  return out.length;
}

export function closeMessage(out: ByteWriter, start: number): void {
  const length = out.length - start;
  let lengthBytes = 1;
  for (let rest = length; rest >= 128; rest = Math.floor(rest / 128)) lengthBytes += 1;
  if (lengthBytes > 1) out.widen(start, lengthBytes - 1);
  let rest = length;
  for (let at = start - 1; rest >= 128; at++) {
    out.put(at, (rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.put(start + lengthBytes - 2, rest);
}

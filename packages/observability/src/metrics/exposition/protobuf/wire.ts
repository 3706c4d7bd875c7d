import { ByteWriter } from '../byte-writer.ts';

// Protocol Buffers' encoding, as far as metrics need it. Every field number here is below 16, so a tag is one byte.

const varint = 0;
const eightBytes = 1;
const lengthDelimited = 2;

const doubleView = new DataView(new ArrayBuffer(8));
const doubleBytes = new Uint8Array(doubleView.buffer);
const stringBytes = new ByteWriter(256);

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
  out.byte((field << 3) | varint);
  writeVarint(out, value);
}

/** A whole number of either sign in the "zigzag" spelling of sint32 and sint64. */
export function writeSint(out: ByteWriter, field: number, value: number): void {
  writeUint(out, field, value < 0 ? -2 * value - 1 : 2 * value);
}

export function writeDouble(out: ByteWriter, field: number, value: number): void {
  doubleView.setFloat64(0, value, true);
  out.byte((field << 3) | eightBytes);
  out.copy(doubleBytes);
}

export function writeString(out: ByteWriter, field: number, text: string): void {
  stringBytes.clear();
  stringBytes.text(text);
  writeMessage(out, field, stringBytes);
}

/** What was written into `content`. */
export function writeMessage(out: ByteWriter, field: number, content: ByteWriter): void {
  out.byte((field << 3) | lengthDelimited);
  writeVarint(out, content.length);
  out.copyFrom(content);
}

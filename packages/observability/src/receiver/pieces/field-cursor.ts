import { OtlpDecodeError } from '../../otlp/decode-error.ts';
import { wireTypes } from '../../protobuf/wire.ts';

/** Goes from field to field of a protobuf message, and into none. */
export class FieldCursor {
  /** Of the field it stands on. */
  number = 0;
  isMessage = false;
  /** Where its tag is, where its value is, and where the next one is. */
  start = 0;
  valueStart = 0;
  end = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** @returns false at the end of the message. @throws OtlpDecodeError where it ends too early, or is none */
  next(): boolean {
    const { bytes } = this;
    if (this.end >= bytes.length) return false;
    this.start = this.end;
    const tag = this.varint();
    this.number = Math.floor(tag / 8);
    const wireType = tag % 8;
    this.isMessage = wireType === wireTypes.lengthDelimited;
    this.valueStart = this.end;
    if (wireType === wireTypes.varint) this.varint();
    else if (wireType === wireTypes.fixed64) this.end += 8;
    else if (wireType === wireTypes.fixed32) this.end += 4;
    else if (this.isMessage) {
      const length = this.varint();
      this.valueStart = this.end;
      this.end += length;
    } else throw new OtlpDecodeError('malformed', `a field has the wire type ${wireType}, which is not read`);
    if (this.end > bytes.length) throw new OtlpDecodeError('truncated', 'the message ends too early');
    return true;
  }

  /** From `end` on, which is after it then; rounded beyond 2^53, where it is no length any more. */
  private varint(): number {
    let value = 0;
    for (let power = 0; power < 70; power += 7) {
      const byte = this.bytes[this.end];
      if (byte === undefined) throw new OtlpDecodeError('truncated', 'the message ends too early');
      this.end += 1;
      value += (byte & 127) * 2 ** power;
      if (byte < 128) return value;
    }
    throw new OtlpDecodeError('malformed', 'a number is longer than ten bytes');
  }
}

/** The field with that number and value, to be put into a message. */
export function toField(number: number, value: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = value.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([...toVarint(number * 8 + wireTypes.lengthDelimited), ...toVarint(length)]), ...value];
}

function toVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

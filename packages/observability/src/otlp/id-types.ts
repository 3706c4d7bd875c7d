import { wireTypes, writeTag, writeVarint } from '../protobuf/wire.ts';
import { OtlpDecodeError } from './decode-error.ts';
import { expectWireType, type FieldType } from './field-type.ts';

/**
 * Bytes in protobuf, hex in JSON and in the model. What is no id of this length, or only zeros, is no id, in both
 * directions: the property is empty then. Who needs one looks whether it is there.
 */
function idOf(bytes: number): FieldType<string> {
  const hexLength = bytes * 2;
  const hex = new RegExp(`^[0-9a-fA-F]{${hexLength}}$`);
  const zeros = '0'.repeat(hexLength);
  const toId = (text: string): string => (hex.test(text) && text !== zeros ? text.toLowerCase() : '');
  return {
    initial: '',
    write(out, field, value) {
      if (toId(value) === '') return;
      writeTag(out, field, wireTypes.lengthDelimited);
      writeVarint(out, bytes);
      for (let at = 0; at < hexLength; at += 2) {
        out.byte((toNibble(value.charCodeAt(at)) << 4) | toNibble(value.charCodeAt(at + 1)));
      }
    },
    read(input, wireType) {
      expectWireType(wireType, wireTypes.lengthDelimited);
      return toId(input.hex());
    },
    toJson: (value) => toId(value) || undefined,
    fromJson(json) {
      if (typeof json === 'string') return toId(json);
      throw new OtlpDecodeError('value', 'expected a string');
    },
  };
}

/** Of a hex digit: the lower bits of a letter count from one, those of a figure from zero. */
function toNibble(code: number): number {
  return code > 57 ? (code & 7) + 9 : code & 15;
}

export const traceId = idOf(16);
export const spanId = idOf(8);

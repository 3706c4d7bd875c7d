import { Buffer } from 'node:buffer';
import { DecodeBudget } from './decode-budget.ts';
import { OtlpDecodeError } from './decode-error.ts';
import type { MessageType } from './message-type.ts';
import type { OtlpEncoding } from './otlp-encoding.ts';
import { WireReader } from './wire-reader.ts';

/** @throws OtlpDecodeError for whatever is no such message, and nothing else */
export function decodeMessage<M>(type: MessageType<M>, body: Uint8Array, encoding: OtlpEncoding): M {
  if (encoding === 'protobuf') return type.readFields(new WireReader(body));
  return type.fromJson(parseJson(body), new DecodeBudget(body.byteLength));
}

function parseJson(body: Uint8Array): unknown {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  // RFC 8259 lets a parser ignore a byte order mark, and some senders write one.
  const start = bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
  try {
    return JSON.parse(bytes.toString('utf8', start));
  } catch {
    // What the parser says would repeat what came, and that may hold secrets.
    throw new OtlpDecodeError('malformed', 'the body is no JSON');
  }
}

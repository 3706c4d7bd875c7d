import { Buffer } from 'node:buffer';
import { ByteWriter } from '../metrics/exposition/byte-writer.ts';
import type { MessageType } from './message-type.ts';
import type { OtlpEncoding } from './otlp-encoding.ts';

// A request has some hundred kilobytes; one that is longer grows out of it once or twice.
const firstBytes = 64 * 1024;

/** Never throws, whatever the values of a well-typed message are. */
export function encodeMessage<M>(type: MessageType<M>, value: M, encoding: OtlpEncoding): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify(type.toJsonObject(value)));
  const out = new ByteWriter(firstBytes);
  type.writeFields(out, value);
  return out.take();
}

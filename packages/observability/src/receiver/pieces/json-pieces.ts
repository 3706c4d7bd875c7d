import { Buffer } from 'node:buffer';
import { OtlpDecodeError } from '../../otlp/decode-error.ts';
import { JsonSkip } from './json-skip.ts';
import { type Cut, envelopeBytes, pieceBytes, pointBytes, stillCutting, uncuttable } from './piece-limits.ts';

/** What leads from a request to its data points: names of members, and lists of what is next. */
const path: readonly (ReadonlySet<string> | 'list')[] = [
  new Set(['resourceMetrics']),
  'list',
  new Set(['scopeMetrics']),
  'list',
  new Set(['metrics']),
  'list',
  new Set(['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']),
  new Set(['dataPoints']),
  'list',
];

// Looked at without a pause: some 2 ns each.
const bytesAtOnce = 512 * 1024;
// An object on the way has up to four.
const mostMembers = 100;

type Pause = typeof stillCutting;

/**
 * Cuts an ExportMetricsServiceRequest in JSON into requests of at most about {@link pieceBytes} that say the same together.
 * Only borders are looked for; every byte between them ends up in a piece, and is checked when that is decoded.
 * @throws OtlpDecodeError where it is no JSON, or cannot be cut
 */
export function* cutJson(bytes: Uint8Array): Cut {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = skipSpace(body, 0);
  const end = yield* endOf(body, start);
  if (skipSpace(body, end) < body.length) throw malformed();
  yield* cut(body.subarray(start, end), 0);
}

function cut(value: Buffer, level: number): Cut {
  const step = path[level];
  if (value.length <= pieceBytes || step === undefined) return whole(value);
  return step === 'list' ? cutList(value, level) : cutObject(value, step, level);
}

function* whole(value: Buffer): Cut {
  if (value.length > pointBytes) throw uncuttable('a data point', pointBytes);
  yield [value];
}

function* cutObject(value: Buffer, wanted: ReadonlySet<string>, level: number): Cut {
  const members = yield* membersOf(value);
  const [child, second] = members.filter(({ name }) => wanted.has(name));
  if (second !== undefined) throw new OtlpDecodeError('malformed', 'a name is given twice');
  const { start, end } = child ?? { start: 0, end: 0 };
  const before = value.subarray(0, start);
  const after = value.subarray(end);
  if (before.length + after.length > envelopeBytes) {
    throw uncuttable('what stands beside the data points', envelopeBytes);
  }
  for (const inner of cut(value.subarray(start, end), level + 1)) {
    yield inner === stillCutting ? inner : [before, ...inner, after];
  }
}

interface Member extends Span {
  readonly name: string;
}

function* membersOf(value: Buffer): Generator<Pause, readonly Member[]> {
  const members: Member[] = [];
  let at = expectByte(value, 0, '{');
  while (members.length < mostMembers) {
    const nameEnd = yield* endOf(value, at);
    const start = expectByte(value, skipSpace(value, nameEnd), ':');
    const end = yield* endOf(value, start);
    members.push({ name: toName(value.toString('utf8', at, nameEnd)), start, end });
    at = skipSpace(value, end);
    if (value[at] === byteOf('}')) {
      if (at + 1 === value.length) return members;
      throw malformed();
    }
    at = expectByte(value, at, ',');
  }
  throw uncuttable('what stands beside the data points', envelopeBytes);
}

function toName(text: string): string {
  // Names of the way are short.
  if (text.length > 200) return '';
  try {
    return String(JSON.parse(text));
  } catch {
    throw malformed();
  }
}

function* cutList(value: Buffer, level: number): Cut {
  const open = value.subarray(0, 1);
  const close = value.subarray(-1);
  let batch = null as Span | null;
  let pieces = 0;
  for (const item of itemsOf(value)) {
    if (item === stillCutting) {
      yield item;
      continue;
    }
    const isLong = item.end - item.start > pieceBytes;
    if (batch !== null && (isLong || item.end - batch.start > pieceBytes)) {
      pieces += 1;
      yield [open, value.subarray(batch.start, batch.end), close];
      batch = null;
    }
    if (!isLong) batch = { start: batch?.start ?? item.start, end: item.end };
    else {
      for (const inner of cut(value.subarray(item.start, item.end), level + 1)) {
        pieces += 1;
        yield inner === stillCutting ? inner : [open, ...inner, close];
      }
    }
  }
  // Also without items: what stands beside the list is checked by decoding it.
  if (batch !== null || pieces === 0) yield [open, value.subarray(batch?.start ?? 0, batch?.end ?? 0), close];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function* itemsOf(list: Buffer): Generator<Span | Pause> {
  let at = expectByte(list, 0, '[');
  let pausedAt = 0;
  if (list[at] === byteOf(']') && at + 1 === list.length) return;
  while (true) {
    const end = yield* endOf(list, at);
    yield { start: at, end };
    if (end - pausedAt > bytesAtOnce) {
      pausedAt = end;
      yield stillCutting;
    }
    at = skipSpace(list, end);
    if (list[at] === byteOf(']') && at + 1 === list.length) return;
    at = expectByte(list, at, ',');
  }
}

/** After the value that begins there. */
function* endOf(bytes: Buffer, at: number): Generator<Pause, number> {
  const skip = new JsonSkip(bytes);
  skip.begin(at);
  let limit = at + bytesAtOnce;
  while (!skip.advance(limit)) {
    if (limit >= bytes.length) throw new OtlpDecodeError('truncated', 'the text ends too early');
    limit += bytesAtOnce;
    yield stillCutting;
  }
  if (skip.end === at || skip.end > bytes.length) throw malformed();
  return skip.end;
}

/** @returns where the next thing begins after it */
function expectByte(bytes: Buffer, at: number, expected: string): number {
  if (bytes[at] !== byteOf(expected)) throw malformed();
  return skipSpace(bytes, at + 1);
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at])
    at += 1;
  return at;
}

function byteOf(character: string): number {
  return character.charCodeAt(0);
}

function malformed(): OtlpDecodeError {
  return new OtlpDecodeError('malformed', 'the text is no JSON');
}

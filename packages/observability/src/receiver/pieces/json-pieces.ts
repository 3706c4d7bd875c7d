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
  yield value;
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
    yield inner === stillCutting ? inner : Buffer.concat([before, inner, after]);
  }
}

interface Member {
  readonly name: string;
  /** Of its value. */
  readonly start: number;
  readonly end: number;
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

const emptyList = Buffer.from('[]');

function* cutList(value: Buffer, level: number): Cut {
  const open = value.subarray(0, 1);
  const close = value.subarray(-1);
  let at = expectByte(value, 0, '[');
  if (value[at] === byteOf(']')) yield emptyList;
  let start = at;
  let end = at;
  const inList = (items: Uint8Array) => Buffer.concat([open, items, close]);
  let sinceTurn = 0;
  while (at < value.length - 1) {
    const itemEnd = yield* endOf(value, at);
    sinceTurn += itemEnd - at;
    if (sinceTurn > bytesAtOnce) {
      sinceTurn = 0;
      yield stillCutting;
    }
    if (end > start && itemEnd - start > pieceBytes) yield inList(value.subarray(start, end));
    if (itemEnd - start > pieceBytes) start = at;
    end = itemEnd;
    if (itemEnd - at > pieceBytes) {
      for (const inner of cut(value.subarray(at, itemEnd), level + 1)) {
        yield inner === stillCutting ? inner : inList(inner);
      }
      start = end;
    }
    at = skipSpace(value, itemEnd);
    if (at === value.length - 1 && value[at] === byteOf(']')) break;
    at = expectByte(value, at, ',');
    if (start === end) {
      start = at;
      end = at;
    }
  }
  if (end > start) yield inList(value.subarray(start, end));
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

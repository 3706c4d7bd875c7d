import { OtlpDecodeError } from '../../otlp/decode-error.ts';
import { JsonSkip } from './json-skip.ts';
import { envelopeBytes, pieceBytes, stillCutting, uncuttable } from './piece-limits.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where things are in a JSON text that is too long for one piece, as far down as it has to be cut. */
export type Outline =
  /** A value, or several of a list that follow each other. */
  | (Span & { readonly kind: 'whole' })
  | (Span & { readonly kind: 'list'; readonly parts: readonly Outline[] })
  /** An object with the one member that is too long. */
  | (Span & { readonly kind: 'object'; readonly child: Outline });

type Pause = typeof stillCutting;

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

// Looked at without a pause, at 2 to 3 ns each.
const bytesAtOnce = 256 * 1024;
// Of the names on the way, the longest has 20.
const mostNameBytes = 200;

/**
 * Looks at every byte once, and once more at the first of what turns out to be long. Only borders are looked for.
 * @throws OtlpDecodeError where it is no JSON, or cannot be cut
 */
export function* readOutline(body: Buffer): Generator<Pause, Outline> {
  const reader = new OutlineReader(body);
  const root = yield* reader.read(reader.skipSpace(0), 0);
  if (reader.skipSpace(root.end) < body.length) throw malformed();
  return root;
}

class OutlineReader {
  private readonly body: Buffer;
  private readonly skip: JsonSkip;
  private looked = 0;

  constructor(body: Buffer) {
    this.body = body;
    this.skip = new JsonSkip(body);
  }

  /** The value that begins there. */
  *read(start: number, level: number): Generator<Pause, Outline> {
    const end = this.endWithin(start, pieceBytes);
    if (end !== null) return { kind: 'whole', start, end };
    yield* this.pause();
    const step = path[level];
    if (step === undefined) return { kind: 'whole', start, end: yield* this.endOf(start) };
    return step === 'list' ? yield* this.readList(start, level) : yield* this.readObject(start, step, level);
  }

  private *readList(start: number, level: number): Generator<Pause, Outline> {
    const parts: Outline[] = [];
    let batch = null as Span | null;
    const closeBatch = () => {
      if (batch !== null) parts.push({ kind: 'whole', ...batch });
      batch = null;
    };
    let at = this.expect(start, '[');
    let isOver = this.isAt(at, ']');
    while (!isOver) {
      let end = this.endWithin(at, pieceBytes);
      if (end === null) {
        closeBatch();
        const long = yield* this.read(at, level + 1);
        parts.push(long);
        end = long.end;
      } else {
        if (batch !== null && end - batch.start > pieceBytes) closeBatch();
        batch = { start: batch?.start ?? at, end };
      }
      yield* this.pause();
      at = this.skipSpace(end);
      isOver = this.isAt(at, ']');
      if (!isOver) at = this.expect(at, ',');
    }
    closeBatch();
    return { kind: 'list', start, end: at + 1, parts };
  }

  private *readObject(start: number, wanted: ReadonlySet<string>, level: number): Generator<Pause, Outline> {
    let child = null as Outline | null;
    let at = this.expect(start, '{');
    for (let isOver = false; !isOver; ) {
      const nameEnd = this.endWithin(at, mostNameBytes);
      if (nameEnd === null) throw uncuttable('a name', mostNameBytes);
      const isWanted = wanted.has(this.nameOf(at, nameEnd));
      at = this.expect(this.skipSpace(nameEnd), ':');
      if (isWanted) {
        if (child !== null) throw new OtlpDecodeError('malformed', 'a name is given twice');
        child = yield* this.read(at, level + 1);
      }
      at = this.skipSpace(isWanted && child !== null ? child.end : yield* this.endOf(at));
      isOver = this.isAt(at, '}');
      if (!isOver) at = this.expect(at, ',');
      // What stands beside the child is repeated with each of its pieces.
      const beside = at - start - (child === null ? 0 : child.end - child.start);
      if (beside > envelopeBytes) throw uncuttable('what stands beside the data points', envelopeBytes);
    }
    if (child === null) throw malformed();
    return { kind: 'object', start, end: at + 1, child };
  }

  /** Null when the value that begins there is longer. */
  private endWithin(at: number, limit: number): number | null {
    this.skip.begin(at);
    const isFound = this.skip.advance(at + limit);
    this.looked += this.skip.end - at;
    if (isFound) return this.checked(at);
    if (this.skip.end >= this.body.length) throw new OtlpDecodeError('truncated', 'the text ends too early');
    return null;
  }

  private *endOf(at: number): Generator<Pause, number> {
    this.skip.begin(at);
    for (let limit = at + bytesAtOnce; !this.skip.advance(limit); limit += bytesAtOnce) {
      if (limit >= this.body.length) throw new OtlpDecodeError('truncated', 'the text ends too early');
      yield stillCutting;
    }
    this.looked += (this.skip.end - at) % bytesAtOnce;
    return this.checked(at);
  }

  private checked(at: number): number {
    const { end } = this.skip;
    if (end === at || end > this.body.length) throw malformed();
    return end;
  }

  private *pause(): Generator<Pause> {
    if (this.looked < bytesAtOnce) return;
    this.looked = 0;
    yield stillCutting;
  }

  private nameOf(start: number, end: number): string {
    try {
      return String(JSON.parse(this.body.toString('utf8', start, end)));
    } catch {
      throw malformed();
    }
  }

  private isAt(at: number, character: string): boolean {
    return this.body[at] === character.charCodeAt(0);
  }

  /** @returns where the next thing begins after it */
  private expect(at: number, character: string): number {
    if (!this.isAt(at, character)) throw malformed();
    return this.skipSpace(at + 1);
  }

  skipSpace(from: number): number {
    const { body } = this;
    let at = from;
    for (let byte = body[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = body[at]) {
      at += 1;
      if (at - from > envelopeBytes) throw uncuttable('the space between two values', envelopeBytes);
    }
    return at;
  }
}

function malformed(): OtlpDecodeError {
  return new OtlpDecodeError('malformed', 'the text is no JSON');
}

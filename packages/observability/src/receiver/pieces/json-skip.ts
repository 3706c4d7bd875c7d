const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const comma = 0x2c;

/** Finds where a JSON value ends without reading it: that is left to JSON.parse, which sees every byte later. */
export class JsonSkip {
  /** After the value, once it is found. */
  end = 0;
  private readonly bytes: Uint8Array;
  private depth = 0;
  private isInString = false;
  private isScalar = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** A value begins there. */
  begin(at: number): void {
    this.end = at;
    this.depth = 0;
    const first = this.bytes[at];
    this.isInString = false;
    this.isScalar = first !== quote && first !== openBracket && first !== openBrace;
  }

  /** Looks at no byte from `limit` on. @returns whether the end is found */
  advance(limit: number): boolean {
    const { bytes } = this;
    const stop = Math.min(limit, bytes.length);
    if (this.isScalar) return this.advanceScalar(stop);
    let { end, depth, isInString } = this;
    let isFound = false;
    while (end < stop && !isFound) {
      const byte = bytes[end] as number;
      end += 1;
      if (isInString) {
        if (byte === backslash) end += 1;
        else if (byte === quote) {
          isInString = false;
          isFound = depth === 0;
        }
      } else if (byte === quote) isInString = true;
      else if (byte === openBrace || byte === openBracket) depth += 1;
      else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        isFound = depth === 0;
      }
    }
    this.end = end;
    this.depth = depth;
    this.isInString = isInString;
    return isFound;
  }

  private advanceScalar(stop: number): boolean {
    while (this.end < stop) {
      const byte = this.bytes[this.end] as number;
      if (byte === comma || byte === closeBracket || byte === closeBrace || byte <= 0x20) return true;
      this.end += 1;
    }
    return this.end >= this.bytes.length;
  }
}

/** Lines encoded together, and how many they are. */
export interface LineChunk {
  readonly bytes: Buffer;
  readonly lines: number;
}

// UTF-8 needs at most three bytes for a UTF-16 unit: four for the two units of a pair.
const mostBytesPerUnit = 3;

/**
 * Lines in order, bounded in bytes.
 *
 * Bytes are counted only once three times the characters would not fit: Buffer.byteLength of a line of 300 characters
 * takes as long as everything else `push` does together, and nearly always nearly nothing waits.
 */
export class LineQueue {
  private lines: string[] = [];
  private head = 0;
  /** Characters with line ends. */
  private chars = 0;
  /** Counted exactly from the moment the estimate is too coarse until the queue is empty. */
  private bytes: number | undefined;

  get length(): number {
    return this.lines.length - this.head;
  }

  /** Whether the line was taken; `roomBytes` is what the whole queue may hold. */
  push(line: string, roomBytes: number): boolean {
    if (this.bytes !== undefined || (this.chars + line.length + 1) * mostBytesPerUnit > roomBytes) {
      this.bytes ??= this.countBytes();
      const lineBytes = Buffer.byteLength(line) + 1;
      if (this.bytes + lineBytes > roomBytes) return false;
      this.bytes += lineBytes;
    }
    this.chars += line.length + 1;
    this.lines.push(line);
    return true;
  }

  /** Forgets the line that has waited longest. */
  dropOldest(): void {
    const line = this.lines[this.head];
    if (line === undefined) return;
    this.lines[this.head] = '';
    this.advance(this.head + 1);
    this.forget(line.length + 1, this.bytes === undefined ? 0 : Buffer.byteLength(line) + 1);
  }

  /** The next lines, at least one and about `maxChars` characters; undefined when there is none. */
  take(maxChars: number): LineChunk | undefined {
    if (this.length === 0) return undefined;
    let end = this.lines.length;
    let chars = this.chars;
    if (chars > maxChars) {
      chars = 0;
      for (end = this.head; end < this.lines.length && chars < maxChars; end += 1) {
        chars += (this.lines[end]?.length ?? 0) + 1;
      }
    }
    const taken = this.head === 0 && end === this.lines.length ? this.lines : this.lines.slice(this.head, end);
    const bytes = Buffer.from(`${taken.join('\n')}\n`);
    if (taken === this.lines) this.lines = [];
    else this.advance(end);
    this.forget(chars, bytes.length);
    return { bytes, lines: taken.length };
  }

  private forget(chars: number, bytes: number): void {
    this.chars -= chars;
    if (this.length === 0) this.bytes = undefined;
    else if (this.bytes !== undefined) this.bytes -= bytes;
  }

  /** Moves the rest to the front only when half of the array is behind it, so that dropping stays cheap. */
  private advance(head: number): void {
    this.head = head;
    if (head * 2 < this.lines.length) return;
    this.lines = this.lines.slice(head);
    this.head = 0;
  }

  private countBytes(): number {
    let bytes = 0;
    for (let index = this.head; index < this.lines.length; index += 1) {
      bytes += Buffer.byteLength(this.lines[index] ?? '') + 1;
    }
    return bytes;
  }
}

import { ExpositionSyntaxError } from './parsed-exposition.fixture.ts';

/** Reads one line from left to right. */
export class LineReader {
  private readonly line: string;
  private at = 0;

  constructor(line: string) {
    this.line = line;
  }

  get isAtEnd(): boolean {
    return this.at === this.line.length;
  }

  /** Whether `text` comes next; it is passed over. */
  take(text: string): boolean {
    if (!this.line.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail(`expected ${JSON.stringify(text)}`);
  }

  /** What the pattern (sticky) matches here, perhaps nothing. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.line)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  skipBlanks(): void {
    this.match(/[ \t]*/y);
  }

  rest(): string {
    const text = this.line.slice(this.at);
    this.at = this.line.length;
    return text;
  }

  /** After the opening quote, up to and with the closing one. Unknown escapes stand for themselves, as the parsers have it. */
  quoted(): string {
    let text = '';
    while (!this.isAtEnd) {
      const char = this.line[this.at];
      this.at += 1;
      if (char === '"') return text;
      if (char !== '\\') {
        text += char;
        continue;
      }
      const escaped = this.line[this.at] ?? '';
      this.at += 1;
      text += readEscape(escaped);
    }
    return this.fail('a quote is not closed');
  }

  fail(problem: string): never {
    throw new ExpositionSyntaxError(`column ${this.at + 1}: ${problem}`, this.line);
  }
}

function readEscape(escaped: string): string {
  if (escaped === 'n') return '\n';
  return escaped === '\\' || escaped === '"' ? escaped : `\\${escaped}`;
}

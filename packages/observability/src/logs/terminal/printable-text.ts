// What moves the cursor, recolours the screen, opens links or turns the writing direction: all controls, line ends of any
// reader, marks and overrides of direction.
const commands =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `text` with every character that a terminal would obey written as a visible escape: `\n`, `\x1b`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(commands, (char) => short[char] ?? escaped(char.charCodeAt(0)));
}

/** A field's value: bare when it is one word, as JSON otherwise. */
export function printableValue(value: unknown): string {
  const bare = typeof value === 'string' && /^[^\s"=]+$/.test(value);
  return printable(bare ? value : (JSON.stringify(value) ?? String(value)));
}

function escaped(code: number): string {
  const digits = code.toString(16);
  return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`;
}

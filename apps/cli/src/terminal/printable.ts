/** Control characters, and the marks that reorder text: U+202E could make "not a gem" read otherwise. */
const unsafe = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Text from outside, made safe for a terminal: nothing in it can move the cursor, colour or reorder what is shown. */
export function toPrintable(text: string): string {
  return text.replace(unsafe, ' ').trim();
}

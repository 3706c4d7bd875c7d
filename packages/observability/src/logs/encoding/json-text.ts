import { markText, textMarks } from '../../redaction/text-marks.ts';

// JSON allows these bare, but some are line ends to some readers (Python's splitlines, JavaScript), some are commands to
// some terminals, some turn the writing direction of what follows; and halves of surrogate pairs, which strict parsers
// refuse even when escaped.
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Surrogate}]/u;
const loneSurrogate = /\p{Surrogate}/gu;
const control = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** `text` as a JSON string of one line that every parser accepts and no terminal obeys. `marks` are those of `markText`. */
export function toJsonText(text: string, marks: number = markText(text)): string {
  if ((marks & textMarks.escape) === 0) return `"${text}"`;
  if (!unsafe.test(text)) return JSON.stringify(text);
  return JSON.stringify(text.replace(loneSurrogate, '\uFFFD')).replace(
    control,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

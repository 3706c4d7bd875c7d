// JSON allows these bare, but some are line ends to some readers (Python's splitlines, JavaScript) and some are commands to
// some terminals; and halves of surrogate pairs, which strict parsers refuse even when escaped.
const unsafe = /[\u007f-\u009f\u2028\u2029\p{Surrogate}]/u;
const loneSurrogate = /\p{Surrogate}/gu;
const control = /[\u007f-\u009f\u2028\u2029]/g;

/** `text` as a JSON string of one line that every parser accepts. */
export function toJsonText(text: string): string {
  if (!unsafe.test(text)) return JSON.stringify(text);
  return JSON.stringify(text.replace(loneSurrogate, '\uFFFD')).replace(
    control,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

// Line ends to some readers (Python's splitlines, JavaScript), though JSON allows them bare; and halves of surrogate
// pairs, which strict parsers refuse even when escaped.
const unsafe = /[\u0085\u2028\u2029\p{Surrogate}]/u;
const loneSurrogate = /\p{Surrogate}/gu;
const lineSeparator = /[\u0085\u2028\u2029]/g;

/** `text` as a JSON string of one line that every parser accepts. */
export function toJsonText(text: string): string {
  if (!unsafe.test(text)) return JSON.stringify(text);
  return JSON.stringify(text.replace(loneSurrogate, '\uFFFD')).replace(
    lineSeparator,
    (separator) => `\\u${separator.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

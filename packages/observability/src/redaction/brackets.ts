/** The end of what is bracketed, brackets in strings not counted; the end of the text when it never closes. */
export function bracketEnd(text: string, from: number): number {
  let depth = 0;
  let quote = 0;
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5c) index += 1;
    else if (quote !== 0) quote = code === quote ? 0 : quote;
    else if (code === 0x22) quote = code;
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if ((code === 0x5d || code === 0x7d) && --depth === 0) return index + 1;
  }
  return text.length;
}

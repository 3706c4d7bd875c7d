// What describes the body is for us to say.
const ownHeaders = new Set(['content-type', 'content-encoding', 'content-length', 'transfer-encoding', 'expect', 'te']);

/** Configured headers in lower case and without the white space around values, which files and variables bring along. */
export function toPlainHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries([...new Headers(given)].filter(([name]) => !ownHeaders.has(name)));
}

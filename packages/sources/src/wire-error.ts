/** A reply that is valid JSON but not what the source documents. Becomes a `SourceError` of kind `schema`. */
export class WireError extends Error {
  override readonly name = 'WireError';

  constructor(expected: string, came: unknown) {
    super(`expected ${expected}, came ${shapeOf(came)}`);
  }
}

/** Names the shape and not the content: a reply may hold anything. */
function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  const keys = Object.keys(value).slice(0, 5).join(', ').slice(0, 80);
  return keys === '' ? 'an empty object' : `an object with ${keys}`;
}

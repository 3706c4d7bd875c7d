/** Spans in the protobuf body of an OTLP request: those of ResourceSpans (1), ScopeSpans (2), Span (2). */
export function countSpans(body: Uint8Array): number {
  return countAt(body, [1, 2, 2]);
}

function countAt(message: Uint8Array, [field, ...below]: readonly number[]): number {
  let count = 0;
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at);
    const length = readVarint(message, tag.end);
    // Down to the spans there are messages and text only, each with its length.
    const end = length.end + length.value;
    if (tag.value >> 3 === field) {
      count += below.length === 0 ? 1 : countAt(message.subarray(length.end, end), below);
    }
    at = end;
  }
  return count;
}

function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let end = start;
  for (let shift = 0; ; shift += 7, end += 1) {
    const byte = bytes[end] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: end + 1 };
  }
}

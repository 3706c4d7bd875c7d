import { Buffer } from 'node:buffer';
import { type Outline, readOutline } from './json-outline.ts';
import { type Cut, type Piece, pointBytes, uncuttable } from './piece-limits.ts';

/**
 * Cuts an ExportMetricsServiceRequest in JSON into requests of at most about `pieceBytes` that say the same together. Every
 * byte ends up in a piece, and is checked when that is decoded.
 * @throws OtlpDecodeError where it is no JSON, or cannot be cut
 */
export function* cutJson(bytes: Uint8Array): Cut {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  yield* piecesOf(body, yield* readOutline(body));
}

function* piecesOf(body: Buffer, outline: Outline): Generator<Piece> {
  const { start, end, kind } = outline;
  if (kind === 'whole') {
    if (end - start > pointBytes) throw uncuttable('a data point', pointBytes);
    yield [body.subarray(start, end)];
  } else if (kind === 'object') {
    const before = body.subarray(start, outline.child.start);
    const after = body.subarray(outline.child.end, end);
    for (const inner of piecesOf(body, outline.child)) yield [before, ...inner, after];
  } else {
    const open = body.subarray(start, start + 1);
    const close = body.subarray(end - 1, end);
    // Also without items: what stands beside the list is checked by decoding it.
    if (outline.parts.length === 0) yield [open, close];
    for (const part of outline.parts) {
      for (const inner of piecesOf(body, part)) yield [open, ...inner, close];
    }
  }
}

import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import type { HeldBytes } from './held-bytes.ts';
import { SegmentedBytes } from './segmented-bytes.ts';

export interface BodyOptions {
  readonly isGzip: boolean;
  /** After decompression. */
  readonly maxBytes: number;
  readonly held: HeldBytes;
}

/** A body as it was read; `held` bytes are to be given back when it is done with. */
export type ReadBody =
  | { readonly kind: 'whole'; readonly body: SegmentedBytes; readonly sentBytes: number }
  | { readonly kind: 'too_large' | 'overloaded' | 'not_gzip' | 'aborted' };

// gzip makes what cannot be compressed longer: 5 bytes for each 16 KiB, and a header.
const mostGzipGrowth = 1 / 1024;
const gzipFrameBytes = 1024;

/**
 * Reads a body to its end, decompressing while it arrives, and stops at the first byte beyond the limit: a bomb costs the
 * limit and no more. What comes after that is not read here. Never rejects.
 */
export function readBody(request: IncomingMessage, { isGzip, maxBytes, held }: BodyOptions): Promise<ReadBody> {
  const mostSent = isGzip ? maxBytes * (1 + mostGzipGrowth) + gzipFrameBytes : maxBytes;
  const body = new SegmentedBytes();
  const gunzip = isGzip ? createGunzip({ chunkSize: 64 * 1024 }) : null;
  let sentBytes = 0;
  return new Promise((resolve) => {
    const settle = (result: ReadBody) => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      gunzip?.removeAllListeners().on('error', () => {});
      if (result.kind !== 'whole') {
        held.giveBack(body.length);
        gunzip?.destroy();
      }
      resolve(result);
    };
    const keep = (chunk: Buffer) => {
      if (body.length + chunk.length > maxBytes) settle({ kind: 'too_large' });
      else if (!held.take(chunk.length)) settle({ kind: 'overloaded' });
      else body.push(chunk);
    };
    const whole = () => settle({ kind: 'whole', body, sentBytes });
    const onData = (chunk: Buffer) => {
      sentBytes += chunk.length;
      if (sentBytes > mostSent) settle({ kind: 'too_large' });
      else if (gunzip === null) keep(chunk);
      else if (!gunzip.write(chunk)) request.pause();
    };
    const onEnd = () => (gunzip === null ? whole() : gunzip.end());
    // After its end a request closes as well: then the decompression is all that is waited for.
    const onClose = () => {
      if (!request.complete) settle({ kind: 'aborted' });
    };
    gunzip
      ?.on('data', keep)
      .on('drain', () => request.resume())
      .on('end', whole)
      .on('error', () => settle({ kind: 'not_gzip' }));
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

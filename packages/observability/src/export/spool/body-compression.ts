import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const gzipBody = promisify(gzip);
const gunzipBody = promisify(gunzip);

/** A body as it lies on disk. */
export interface PackedBody {
  readonly payload: Uint8Array;
  readonly isGzip: boolean;
  readonly bodyBytes: number;
}

// Below it the saving is less than a block of the disk.
const smallestWorthwhileBytes = 1_024;

/** Compresses a body where that pays; off the event loop's thread, at the fastest level: the disk is cheap, the processor is the host's. */
export async function packBody(body: Uint8Array): Promise<PackedBody> {
  if (body.length >= smallestWorthwhileBytes) {
    try {
      const payload = await gzipBody(body, { level: 1 });
      if (payload.length < body.length * 0.9) return { payload, isGzip: true, bodyBytes: body.length };
    } catch {
      // Out of memory for the compressor: the bytes themselves do as well.
    }
  }
  return asItIs(body);
}

/** For when there is no time to compress. */
export function asItIs(body: Uint8Array): PackedBody {
  return { payload: body, isGzip: false, bodyBytes: body.length };
}

/** The body again, or `undefined` where the payload is not what the header says. */
export async function unpackBody({ payload, isGzip, bodyBytes }: PackedBody): Promise<Uint8Array | undefined> {
  if (!isGzip) return payload.length === bodyBytes ? payload : undefined;
  try {
    const body = await gunzipBody(payload, { maxOutputLength: Math.max(1, bodyBytes) });
    return body.length === bodyBytes ? body : undefined;
  } catch {
    return undefined;
  }
}

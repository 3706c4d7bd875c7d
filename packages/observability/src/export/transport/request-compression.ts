import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** What is done to a request before it is sent; the name is that of the HTTP header's value. */
export type RequestCompression = 'gzip' | 'snappy' | 'none';

const compressGzip = promisify(gzip);

/** How bodies are compressed; loads what that needs. */
export async function openCompression(
  compression: RequestCompression,
): Promise<(body: Uint8Array) => Promise<Uint8Array>> {
  switch (compression) {
    case 'none':
      return (body) => Promise.resolve(body);
    // In a thread of the pool: a batch of 512 spans takes milliseconds, which the application would have to wait.
    case 'gzip':
      return compressGzip;
    case 'snappy': {
      const { compress } = await import('snappyjs');
      return (body) => Promise.resolve(compress(body));
    }
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { negotiate } from '../metrics/exposition/formats.ts';
import type { Registry } from '../metrics/registry.ts';

/** Streams the registry in the format and encoding the client asked for. */
export async function sendMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  { registry, collectorTimeoutMs }: { readonly registry: Registry; readonly collectorTimeoutMs: number },
): Promise<void> {
  const { format, contentType } = negotiate(request.headers.accept);
  const gzip = acceptsGzip(request.headers['accept-encoding']);
  response.writeHead(200, {
    'content-type': contentType,
    vary: 'accept, accept-encoding',
    ...(gzip ? { 'content-encoding': 'gzip' } : {}),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const chunks = Readable.from(registry.renderChunks({ format, collectorTimeoutMs }), { objectMode: false });
  try {
    // Compression runs on the thread pool, so the event loop pays for neither it nor a slow client.
    if (gzip) await pipeline(chunks, createGzip({ level: 1 }), response);
    else await pipeline(chunks, response);
  } catch (error) {
    if (!isAbort(error)) throw error;
  }
}

/** The client went away: its loss. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Whether gzip is named and not refused with `q=0`. `*` alone is not taken as a wish. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .map((part) => part.split(';').map((piece) => piece.trim().toLowerCase()))
    .some(([coding, quality]) => coding === 'gzip' && !/^q=0(\.0*)?$/.test(quality ?? ''));
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { negotiate } from '../metrics/exposition/formats.ts';
import { chooseEncoding } from './content-encoding.ts';
import { toCollectorBudgetMs } from './scrape-timeout.ts';
import type { ServedMetrics } from './served-metrics.ts';

export interface MetricsReplyOptions {
  readonly registry: ServedMetrics;
  /** Longest wait for all collectors together, where it is not the registry's. A scraper that gives up earlier wins. */
  readonly collectorTimeoutMs: number | undefined;
}

// A chunk is compressed while the next is written; nothing is gained by holding more of them.
const highWaterMark = 64 * 1024;

/** Streams the registry in the format and encoding the client asked for, no faster than it reads. */
export async function sendMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  { registry, collectorTimeoutMs }: MetricsReplyOptions,
): Promise<void> {
  const { format, contentType } = negotiate(request.headers.accept);
  const encoding = chooseEncoding(toLine(request.headers['accept-encoding']));
  response.setHeader('vary', 'accept, accept-encoding');
  if (encoding === 'none') {
    response.writeHead(406, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('Only gzip and an unchanged body are offered here.\n');
    return;
  }
  response.writeHead(200, {
    'content-type': contentType,
    ...(encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const longestMs = collectorTimeoutMs ?? registry.collectorTimeoutMs;
  const budgetMs = toCollectorBudgetMs(request.headers['x-prometheus-scrape-timeout-seconds'], longestMs);
  const chunks = Readable.from(registry.renderBytes({ format, collectorTimeoutMs: budgetMs }), {
    objectMode: false,
    highWaterMark,
  });
  try {
    // Compression runs on the thread pool, so the event loop pays for neither it nor a slow client.
    if (encoding === 'gzip') await pipeline(chunks, createGzip({ level: 1 }), response);
    else await pipeline(chunks, response);
  } catch (error) {
    if (!isAbort(error)) throw error;
  }
}

/** The client went away: its loss. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function toLine(header: string | string[] | undefined): string | undefined {
  return typeof header === 'object' ? header.join(',') : header;
}

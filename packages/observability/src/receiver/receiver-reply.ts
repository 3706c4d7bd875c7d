import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MergeOutcome } from '../merge/metric-source.ts';
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts';
import { encodeExportResponse, encodeStatus } from '../otlp/responses.ts';
import type { Refusal } from './refusal.ts';
import { announcedBytes, contentTypes, encodingOf } from './request-head.ts';

/** Says what was taken: a partial success names how many points were not, and why. */
export function sendOutcome(
  response: ServerResponse,
  { refused, reasons }: MergeOutcome,
  encoding: OtlpEncoding,
): void {
  const counts = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
  const message = refused === 0 ? '' : `${refused} data points were not taken: ${counts.join(', ')}`;
  const body = encodeExportResponse({ rejected: refused, message }, 'metrics', encoding);
  response.writeHead(200, { 'content-type': contentTypes[encoding], 'content-length': body.length });
  response.end(body);
}

// Node throws away what was not read of a body, and the connection stays: fine for short ones.
const shortBytes = 1024 * 1024;
// Of a long body as much is thrown away as comes in this time. A connection that is closed at once is reset, and the
// sender might not learn why.
const lingerMs = 1_000;

/**
 * Answers with a google.rpc.Status in the encoding of the request; in JSON where that is none we know. The connection of a
 * long request ends.
 */
export function sendRefusal(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const encoding = encodingOf(request) ?? 'json';
  const body = encodeStatus({ code: refusal.code, message: refusal.message }, encoding);
  // Who waits for leave to send its body may never send it: what comes next on that connection could be anything.
  const isShort =
    request.complete ||
    (request.headers.expect === undefined && (announcedBytes(request) ?? Number.POSITIVE_INFINITY) <= shortBytes);
  response.writeHead(refusal.status, {
    'content-type': contentTypes[encoding],
    'content-length': body.length,
    ...(isShort ? {} : { connection: 'close' }),
    ...refusal.headers,
  });
  if (isShort || request.method === 'HEAD') {
    request.resume();
    response.end(body);
    return;
  }
  response.write(body);
  linger(request, () => response.end());
}

function linger(request: IncomingMessage, end: () => void): void {
  const timer = setTimeout(end, lingerMs);
  request.once('close', () => {
    clearTimeout(timer);
    end();
  });
  request.once('end', () => {
    clearTimeout(timer);
    end();
  });
  request.resume();
}

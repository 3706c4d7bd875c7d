import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemContentType } from '@autotrader/contracts';
import type { ConnectionError } from 'fastify';
import { requestError } from '../errors.ts';
import { toProblem } from './problem-reply.ts';

/** What cannot be read never comes to a hook that would give it a trace, and shall have an id to ask for all the same. */
export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

/** By the codes of Node's HTTP parser and server; anything else is a plain bad request. */
const codes = {
  HPE_HEADER_OVERFLOW: 'SRV_HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'SRV_REQUEST_TOO_SLOW',
} as const;

/** Answers bytes that are no HTTP request on the bare connection, as problem details like everything else, and ends it. */
export function answerUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const known = codes[error.code as keyof typeof codes];
  const refusal =
    known === undefined
      ? requestError('SRV_BAD_REQUEST', { what: 'This is not a request of HTTP/1.1.' })
      : requestError(known, {});
  const traceId = newTraceId();
  const body = JSON.stringify(toProblem({ error: refusal, traceId }));
  socket.end(
    [
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Error'}`,
      `content-type: ${problemContentType}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `x-trace-id: ${traceId}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

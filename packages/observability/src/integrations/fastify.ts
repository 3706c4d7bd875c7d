import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerBase } from 'fastify';
import { type ServerSpan, startServerSpan } from '../tracing/server-span.ts';
import { toMethodLabel, unmatchedEndpoint } from './http-metrics.ts';
import { type ObservedRequest, observeRequest, requestTraceId } from './http-request.ts';

/** What to leave alone. */
export interface ObserveFastifyOptions {
  /** Paths, without query, that are neither counted, traced nor logged: probes, scrapes. @default none */
  readonly ignorePaths?: readonly string[];
}

interface Observation {
  readonly request: ObservedRequest;
  readonly span: ServerSpan | undefined;
}

/**
 * Observes every request of a Fastify application: metrics `api_*`, a server span whose parent is the caller's
 * `traceparent`, one log line `api_request_completed`, and an `x-trace-id` on every response. Handlers run inside the
 * span, so their log lines carry its ids. Call it before declaring routes.
 */
export function observeFastify(app: FastifyInstance, options: ObserveFastifyOptions = {}): void {
  const ignored = new Set(options.ignorePaths ?? []);
  const observations = new WeakMap<FastifyRequest, Observation>();
  const endedBy = (request: FastifyRequest, reply: FastifyReply, aborted: boolean): void =>
    observations.get(request)?.request.end({ statusCode: reply.statusCode, aborted });

  app.addHook('onRequest', (request, reply, done) => {
    const path = pathOf(request.url);
    if (ignored.has(path)) {
      reply.header('x-trace-id', requestTraceId(single(request.headers['traceparent'])));
      return done();
    }
    const observation = observe(request, path);
    observations.set(request, observation);
    reply.header('x-trace-id', observation.request.traceId);
    // `writableFinished` also asks a socket that may already be another answer's, or, under inject, is none.
    reply.raw.once('finish', () => endedBy(request, reply, false));
    // The client may go away at any moment, also while its body is read, when Fastify has no reply to end.
    reply.raw.once('close', () => endedBy(request, reply, true));
    runInside(observation.span, done);
  });
  // Reading a body leaves the context of onRequest: its events belong to the connection.
  app.addHook('preValidation', (request, _reply, done) => runInside(observations.get(request)?.span, done));
  app.addHook('onError', (request, _reply, error, done) => {
    observations.get(request)?.request.failed(error);
    done();
  });
}

function observe(request: FastifyRequest<Record<string, unknown>, RawServerBase>, path: string): Observation {
  const route = request.is404 ? undefined : request.routeOptions.url;
  const method = toMethodLabel(request.method);
  const traceparent = single(request.headers['traceparent']);
  const span = startServerSpan({
    method,
    route,
    path,
    scheme: request.protocol,
    host: request.hostname,
    userAgent: request.headers['user-agent'],
    headers: request.headers,
  });
  const arrived = { method, endpoint: route ?? unmatchedEndpoint, path, traceparent };
  return { request: observeRequest(arrived, span), span };
}

function runInside(span: ServerSpan | undefined, done: () => void): void {
  if (span === undefined) done();
  else span.run(done);
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? undefined : header;
}

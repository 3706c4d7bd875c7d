import type { FastifyInstance } from 'fastify';
import { exchangeOf, ignoreExchange, isDecided, observeExchange } from './http-node.ts';
import { pathOf } from './http-server.ts';

/** What to leave alone. */
export interface ObserveFastifyOptions {
  /** Paths, without query, that are neither counted, traced nor logged: probes, scrapes. @default none */
  readonly ignorePaths?: readonly string[];
}

/**
 * Observes every request of a Fastify application: metrics `api_*`, a server span whose parent is the caller's
 * `traceparent`, one log line `api_request_completed`, and `x-trace-id` and `x-request-id` on every response. Handlers run
 * inside the span, so their log lines carry its ids. Call it before declaring routes; a second call adds nothing.
 */
export function observeFastify(app: FastifyInstance, options: ObserveFastifyOptions = {}): void {
  const ignored = new Set(options.ignorePaths ?? []);

  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    // A connection that becomes a WebSocket's is no request that ends.
    if ('upgrade' in raw && raw.upgrade === true) return done();
    if (ignored.size > 0 && ignored.has(pathOf(request.url))) {
      const { traceId, requestId } = ignoreExchange(raw);
      reply.header('x-trace-id', traceId).header('x-request-id', requestId);
      return done();
    }
    const route = request.routeOptions.url;
    if (isDecided(raw)) {
      const begun = exchangeOf(raw);
      if (route !== undefined) begun?.setRoute(route);
      return begun === undefined ? done() : begun.run(done);
    }
    const exchange = observeExchange(raw, reply.raw, { route, scheme: request.protocol, host: request.host });
    reply.header('x-trace-id', exchange.traceId).header('x-request-id', exchange.requestId);
    return exchange.run(done);
  });
  app.addHook('onError', (request, _reply, error, done) => {
    exchangeOf(request.raw)?.failed(error);
    done();
  });
}

import { getLogger } from '@autotrader/observability';
import { observeFastify } from '@autotrader/observability/fastify';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { requestError, serverError } from '../errors.ts';
import type { ApiContext } from './api-context.ts';
import { createGuard, isLoopback } from './guard.ts';
import { registerHealthRoutes } from './health-routes.ts';
import { registerOpenApi } from './openapi.ts';
import { registerPage } from './page/page-routes.ts';
import { bodyLimitBytes, faultsOf, sendProblem, toRequestError } from './problem-reply.ts';
import { collectRoutes } from './route-table.ts';
import { registerScanRoutes } from './scan-routes.ts';
import { securityHeaders, setSecurityHeaders } from './security-headers.ts';
import { registerTokenRoutes } from './token-routes.ts';
import { answerUnreadable, newTraceId } from './unreadable-request.ts';

export interface ApiOptions extends ApiContext {
  /** Where it will listen: decides which host headers are let in. */
  readonly host: string;
  /** Bearer token asked of `/api` and the page's data; `null` asks for none. */
  readonly token: string | null;
}

/** The REST API and the page, not listening yet: `app.inject` works at once. */
export interface Api {
  readonly app: FastifyInstance;
  /** Resolves with where it answers. */
  listen(port: number): Promise<{ readonly url: string }>;
  /** Stops accepting, ends idle connections, waits for requests under way. */
  close(): Promise<void>;
}

/**
 * @throws ServerError SRV_BIND_WITHOUT_TOKEN when other machines could reach it and no token is set
 */
export async function createApi(options: ApiOptions): Promise<Api> {
  if (options.token === null && !isLoopback(options.host))
    throw serverError('SRV_BIND_WITHOUT_TOKEN', { host: options.host });
  const app = Fastify({
    bodyLimit: bodyLimitBytes,
    routerOptions: { maxParamLength: 256 },
    forceCloseConnections: 'idle',
    // Whoever needs longer than this to send 64 KiB holds a connection and nothing else.
    requestTimeout: 10_000,
    // Without this Node answers a missing host by itself, with neither a problem nor a trace.
    http: { requireHostHeader: false },
    clientErrorHandler: answerUnreadable,
    frameworkErrors(error, request, reply) {
      reply.headers({ ...securityHeaders, 'x-trace-id': newTraceId() });
      answerError(error, request, reply);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  // Node would answer 417 by itself; an expectation may also be left unmet.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  observeFastify(app);
  setSecurityHeaders(app);
  useGuard(app, options);
  useProblems(app);
  await registerOpenApi(app, { version: options.version, hasToken: options.token !== null });
  const typed = app.withTypeProvider<ZodTypeProvider>();
  registerTokenRoutes(typed, options);
  registerScanRoutes(typed, options);
  registerHealthRoutes(typed, options);
  registerPage(typed, options);
  await app.ready();
  return {
    app,
    async listen(port) {
      return { url: await app.listen({ host: options.host, port }) };
    },
    close: () => app.close(),
  };
}

/** By the route's pattern and never by the address as it was sent: an escaped letter would get past a comparison. */
const publicRoutes = [
  /^\/$/,
  /^\/page\/(style\.css|script\.js)$/,
  /^\/api\/docs(\/|$)/,
  /^\/api\/openapi\.json$/,
  /^\/health(\/|$)/,
];

function useGuard(app: FastifyInstance, options: ApiOptions): void {
  const guard = createGuard(options);
  app.addHook('onRequest', async ({ headers, method, raw, routeOptions }) => {
    if (headers.host === undefined && raw.httpVersion === '1.1')
      throw requestError('SRV_BAD_REQUEST', { what: 'A request of HTTP/1.1 has a host header.' });
    const route = routeOptions.url;
    guard.check({
      isChange: route !== undefined && !['GET', 'HEAD', 'OPTIONS'].includes(method),
      host: headers.host,
      origin: headers.origin,
      fetchSite: headers['sec-fetch-site']?.toString(),
      authorization: headers.authorization,
      contentType: headers['content-type'],
      isPrivate: route !== undefined && !publicRoutes.some((pattern) => pattern.test(route)),
    });
  });
}

function useProblems(app: FastifyInstance): void {
  const routes = collectRoutes(app);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    const allowed = routes.methodsAt(request.url.split('?')[0] ?? '');
    if (allowed.length === 0) throw requestError('SRV_ROUTE_UNKNOWN', { method: request.method });
    reply.header('allow', allowed.join(', '));
    throw requestError('SRV_METHOD_REFUSED', { method: request.method, allowed });
  });
}

function answerError(thrown: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const error = toRequestError(thrown);
  if (error.code === 'SRV_INTERNAL') getLogger('autotrader.api').exception('api_request_failed', thrown);
  if (error.code === 'SRV_UNAUTHORIZED') reply.header('www-authenticate', 'Bearer realm="autotrader"');
  const errors = faultsOf(thrown);
  sendProblem(reply, { error, traceId: traceIdOf(reply), ...(errors === undefined ? {} : { errors }) });
}

/** The id the caller was told, also where tracing is off. */
function traceIdOf(reply: FastifyReply): string | null {
  const header = reply.getHeader('x-trace-id');
  return typeof header === 'string' ? header : null;
}

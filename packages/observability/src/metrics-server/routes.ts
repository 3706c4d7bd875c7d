import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from './access.ts';
import type { ReadHealth, ServedHealth } from './health-report.ts';
import { toIndexPage } from './index-page.ts';
import { sendMetrics } from './metrics-reply.ts';
import { targetOf } from './request-target.ts';
import type { ServedMetrics } from './served-metrics.ts';

export interface RouteOptions {
  readonly registry: ServedMetrics;
  readonly path: string;
  readonly health: ReadHealth;
  readonly isHostAllowed: ((host: string | undefined) => boolean) | null;
  /** Asked for everything but the health. */
  readonly access: Access | null;
  readonly collectorTimeoutMs: number | undefined;
  readonly healthTimeoutMs: number;
}

type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Answers every request; a failing route is a 500 without details. */
export function createRoutes(options: RouteOptions): RequestListener {
  const routes: ReadonlyMap<string, Route> = new Map([
    [
      '/',
      (_request, response) =>
        send(response, { status: 200, body: toIndexPage(options.path), type: 'text/html; charset=utf-8' }),
    ],
    ['/health', (_request, response) => sendHealth(response, options)],
    [options.path, (request, response) => sendMetrics(request, response, options)],
  ] satisfies [string, Route][]);

  return (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    const { host, path } = targetOf(request);
    const isMeant = options.isHostAllowed === null || options.isHostAllowed(host);
    const route = findRefusal(request, isMeant) ?? findLock(request, path, options) ?? routes.get(path) ?? notFound;
    void answer(route, request, response);
  };
}

async function answer(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await route(request, response);
  } catch {
    if (response.headersSent) response.destroy();
    else send(response, { status: 500, body: 'The reply could not be made.\n' });
  }
}

function findRefusal(request: IncomingMessage, isMeant: boolean): Route | undefined {
  if (!isMeant) {
    return (_request, response) =>
      send(response, { status: 421, body: 'This server does not answer under that host name.\n' });
  }
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  return (_request, response) => {
    response.setHeader('allow', 'GET, HEAD');
    // What it sends is not read.
    response.setHeader('connection', 'close');
    send(response, { status: 405, body: 'Only GET and HEAD are answered here.\n' });
  };
}

function findLock({ headers }: IncomingMessage, path: string, { access }: RouteOptions): Route | undefined {
  if (access === null || path === '/health' || access.isAllowed(headers.authorization)) return undefined;
  return (_request, response) => {
    response.setHeader('www-authenticate', access.challenge);
    send(response, { status: 401, body: 'The metrics are shown to those who say who they are.\n' });
  };
}

const notFound: Route = (_request, response) =>
  send(response, { status: 404, body: 'Nothing is served under that path.\n' });

async function sendHealth(
  response: ServerResponse,
  { health, healthTimeoutMs }: Pick<RouteOptions, 'health' | 'healthTimeoutMs'>,
): Promise<void> {
  const { status, body } = await readHealthReply(health, healthTimeoutMs);
  send(response, { status, body, type: 'application/json; charset=utf-8' });
}

const down: ServedHealth = { status: 'down' };

/** A report that fails, hangs or cannot be written is an answer too. Its cause may hold a secret, so it is not told. */
async function readHealthReply(
  readHealth: ReadHealth,
  timeoutMs: number,
): Promise<{ readonly status: number; readonly body: string }> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<ServedHealth>((resolve) => {
    timer = setTimeout(() => resolve(down), timeoutMs);
  });
  try {
    const report = await Promise.race([readHealth(), deadline]);
    return { status: report.status === 'down' ? 503 : 200, body: `${JSON.stringify(report)}\n` };
  } catch {
    return { status: 503, body: `${JSON.stringify(down)}\n` };
  } finally {
    clearTimeout(timer);
  }
}

interface Reply {
  readonly status: number;
  readonly body: string;
  /** @default plain text */
  readonly type?: string;
}

/** Node leaves the body out of a HEAD reply by itself and keeps its length. */
function send(response: ServerResponse, { status, body, type = 'text/plain; charset=utf-8' }: Reply): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

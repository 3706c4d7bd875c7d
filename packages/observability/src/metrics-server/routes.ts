import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Registry } from '../metrics/registry.ts';
import type { ReadHealth, ServedHealth } from './health-report.ts';
import { toIndexPage } from './index-page.ts';
import { sendMetrics } from './metrics-reply.ts';

export interface RouteOptions {
  readonly registry: Registry;
  readonly path: string;
  readonly health: ReadHealth;
  readonly isHostAllowed: ((host: string | undefined) => boolean) | null;
  readonly collectorTimeoutMs: number;
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
    ['/health', (_request, response) => sendHealth(response, options.health)],
    [options.path, (request, response) => sendMetrics(request, response, options)],
  ] satisfies [string, Route][]);

  return (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    const route = findRefusal(request, options.isHostAllowed) ?? routes.get(pathOf(request)) ?? notFound;
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

function findRefusal(request: IncomingMessage, isHostAllowed: RouteOptions['isHostAllowed']): Route | undefined {
  if (isHostAllowed !== null && !isHostAllowed(request.headers.host)) {
    return (_request, response) =>
      send(response, { status: 421, body: 'This server does not answer under that host name.\n' });
  }
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  return (_request, response) => {
    response.setHeader('allow', 'GET, HEAD');
    send(response, { status: 405, body: 'Only GET and HEAD are answered here.\n' });
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

const notFound: Route = (_request, response) =>
  send(response, { status: 404, body: 'Nothing is served under that path.\n' });

async function sendHealth(response: ServerResponse, readHealth: ReadHealth): Promise<void> {
  const report = await settledHealth(readHealth);
  const status = report.status === 'down' ? 503 : 200;
  send(response, { status, body: `${JSON.stringify(report)}\n`, type: 'application/json; charset=utf-8' });
}

async function settledHealth(readHealth: ReadHealth): Promise<ServedHealth> {
  try {
    return await readHealth();
  } catch {
    return { status: 'down' };
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

import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { stream } from 'hono/streaming';
import { observeHono } from './hono.ts';
import type { ContractReply, ContractRoute, HttpAdapter, ServedContract } from './http-contract.fixture.ts';

/** Behind @hono/node-server, which hands over the request and response of Node. */
export const honoOnNode: HttpAdapter = {
  serve: (routes, options) => serveHono(declareInHono(routes, options).fetch),
};

/** What other runtimes hand over: a request, and nothing of Node's. */
export const honoOnWeb: HttpAdapter = {
  serve(routes, options) {
    const app = declareInHono(routes, options);
    return serveHono((request) => app.fetch(request));
  },
};

function declareInHono(routes: readonly ContractRoute[], options: { readonly ignorePaths: readonly string[] }): Hono {
  const app = new Hono();
  observeHono(app, options);
  // Without one Hono writes the error to the terminal.
  app.onError((_error, context) => context.text('broken', 500));
  for (const { method, pattern, handle } of routes) {
    const [mount, path] = typeof pattern === 'string' ? ['', pattern] : pattern;
    const router = mount === '' ? app : new Hono();
    router.on(method, path, async (context) => {
      const body = method === 'POST' ? await context.req.json() : undefined;
      return answerInHono(context, await handle({ params: context.req.param() as Record<string, string>, body }));
    });
    if (router !== app) app.route(mount, router);
  }
  return app;
}

function answerInHono(context: Context, { status = 200, headers, json, stream: pieces }: ContractReply): Response {
  if (pieces !== undefined) {
    return stream(context, async (out) => {
      for await (const piece of pieces) await out.write(piece);
    });
  }
  const body = json === undefined ? null : JSON.stringify(json);
  return new Response(body, { status, ...(headers === undefined ? {} : { headers }) });
}

function serveHono(fetch: (request: Request, env: never) => Response | Promise<Response>): Promise<ServedContract> {
  return new Promise((resolve) => {
    const server = serve({ fetch: fetch as never, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            (server as Server).closeAllConnections();
          }),
      });
    });
  });
}

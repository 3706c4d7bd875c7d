import { createServer, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import express, { type Express, type Request, type Response, Router } from 'express';
import Fastify from 'fastify';
import { observeExpress } from './express.ts';
import { observeFastify } from './fastify.ts';
import { honoOnNode, honoOnWeb } from './hono-adapter.fixture.ts';
import { observeHttp } from './http.ts';
import { answerWith, type ContractRoute, type HttpAdapter, listen, wholePattern } from './http-contract.fixture.ts';
import { describeHttpFacts } from './http-facts.fixture.ts';

const fastify: HttpAdapter = {
  async serve(routes, options) {
    const app = Fastify({ forceCloseConnections: true });
    observeFastify(app, options);
    for (const route of routes) {
      app.route({
        method: route.method,
        url: wholePattern(route),
        async handler(request, reply) {
          const answer = await route.handle({ params: request.params as Record<string, string>, body: request.body });
          reply.code(answer.status ?? 200).headers(answer.headers ?? {});
          return answer.stream === undefined ? reply.send(answer.json) : reply.send(Readable.from(answer.stream));
        },
      });
    }
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { url, close: () => app.close() };
  },
};

const expressApp: HttpAdapter = {
  serve(routes, options) {
    const app = express();
    observeExpress(app, options);
    app.use(express.json());
    declareInExpress(app, routes);
    return listen(createServer(app));
  },
};

const expressMiddleware: HttpAdapter = {
  serve(routes, options) {
    const app = express();
    app.use(observeExpress(options));
    app.use(express.json());
    declareInExpress(app, routes);
    app.use((error: unknown, _request: Request, response: Response, _next: unknown) => {
      response.status(500).json({ error: String(error) });
    });
    return listen(createServer(app));
  },
};

function declareInExpress(app: Express, routes: readonly ContractRoute[]): void {
  for (const { method, pattern, handle } of routes) {
    const [mount, path] = typeof pattern === 'string' ? ['', pattern] : pattern;
    const router = mount === '' ? app : Router();
    if (router !== app) app.use(mount, router);
    router[method === 'GET' ? 'get' : 'post'](path, async (request: Request, response: Response) => {
      await answerWith(
        response,
        await handle({ params: request.params as Record<string, string>, body: request.body }),
      );
    });
  }
}

const http: HttpAdapter = {
  serve(routes, { ignorePaths }) {
    const find = (request: IncomingMessage): ContractRoute | undefined =>
      routes.find((route) => matches(route, request));
    const server = createServer(async (request, response) => {
      const route = find(request);
      try {
        if (route === undefined) response.writeHead(404).end();
        else
          await answerWith(
            response,
            await route.handle({ params: paramsOf(route, request), body: await read(request) }),
          );
      } catch {
        response.writeHead(500).end();
      }
    });
    observeHttp(server, {
      ignorePaths,
      route(request) {
        const route = find(request);
        return route === undefined ? undefined : wholePattern(route);
      },
    });
    return listen(server);
  },
  seesErrors: false,
};

function toRegExp(route: ContractRoute): RegExp {
  return new RegExp(`^${wholePattern(route).replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
}

function matches(route: ContractRoute, request: IncomingMessage): boolean {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  return route.method === method && toRegExp(route).test(pathOf(request));
}

function paramsOf(route: ContractRoute, request: IncomingMessage): Record<string, string> {
  return toRegExp(route).exec(pathOf(request))?.groups ?? {};
}

function pathOf(request: IncomingMessage): string {
  return request.url?.split('?')[0] ?? '';
}

async function read(request: IncomingMessage): Promise<unknown> {
  const body = await text(request);
  return body === '' ? undefined : JSON.parse(body);
}

describeHttpFacts('Fastify', fastify);
describeHttpFacts('Express', expressApp);
describeHttpFacts('Express with the middleware and an error handler of its own', expressMiddleware);
describeHttpFacts('node:http', http);
describeHttpFacts('Hono on Node', honoOnNode);
describeHttpFacts('Hono on the web platform', honoOnWeb);

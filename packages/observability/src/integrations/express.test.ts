import { createServer } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response, Router } from 'express';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { observeExpress } from './express.ts';
import { mountPattern } from './express-layers.ts';
import { listen } from './http-contract.fixture.ts';

describe('an observed Express application', () => {
  let recorder: Recorder;
  beforeEach(() => {
    recorder = createRecorder();
  });
  afterEach(() => recorder.close());

  const ok = (_request: Request, response: Response): void => void response.json({});
  const settled = async (count: number): Promise<void> => {
    while (recorder.lines('api_request_completed').length < count)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const endpoints = (): unknown[] => recorder.lines('api_request_completed').map((line) => line['endpoint']);

  async function serve(app: Express): Promise<string> {
    const server = await listen(createServer(app));
    onTestFinished(server.close);
    return server.url;
  }

  async function ask(app: Express, paths: readonly string[]): Promise<void> {
    const url = await serve(app);
    for (const path of paths) await (await fetch(url + path)).text();
    await settled(paths.length);
  }

  it('counts by patterns however routes are declared', async () => {
    const app = observeExpress(express());
    const router = Router({ mergeParams: true }).get('/', ok).get('/x/:y', ok);
    const sub = express().get('/deep/:x', ok);
    app.use('/users/:id', router);
    app.use('/m', router);
    app.use(['/p', '/q'], Router().get('/z', ok));
    app.use('/sub/:s', sub);
    app.get(/^\/re\/(\d+)\/$/, ok);
    app.get('/files/*path', ok);
    app.get(['/a', '/b'], ok);
    app.use('/raw/:r', (request, response, next) => Router().get('/made', ok)(request, response, next));
    await ask(app, [
      '/users/1',
      '/users/1/x/2',
      '/m/x/2/',
      '/q/z',
      '/sub/3/deep/4',
      '/re/5/',
      '/files/a/b',
      '/b',
      '/raw/6/made',
      '/nowhere',
    ]);
    expect(endpoints()).toEqual([
      '/users/:id',
      '/users/:id/x/:y',
      '/m/x/:y',
      '/p|/q/z',
      '/sub/:s/deep/:x',
      '/^\\/re\\/(\\d+)\\/$/',
      '/files/*path',
      '/a|/b',
      // Of a router that only the application knows.
      '/made',
      '__unmatched__',
    ]);
  });

  it('counts by the route that answered, where others passed the request on', async () => {
    const app = observeExpress(express());
    app.all('/{*any}', (_request, _response, next) => next());
    app.get('/items/:id', ok);
    await ask(app, ['/items/1']);
    expect(endpoints()).toEqual(['/items/:id']);
    recorder.expectMetric('active_api_requests', {}, 0);
    recorder.expectMetric('api_requests_total', { endpoint: '/{*any}' }, undefined);
    recorder.expectSpan('GET /items/:id');
  });

  it('finds routes that are declared after the first request', async () => {
    const app = observeExpress(express());
    const url = await serve(app);
    await fetch(`${url}/late/1`);
    app.get('/late/:id', ok);
    await fetch(`${url}/late/1`);
    await settled(2);
    expect(endpoints()).toEqual(['__unmatched__', '/late/:id']);
  });

  it('leaves errors to those who handle them, and knows them all the same', async () => {
    const app = observeExpress(express());
    const told: unknown[] = [];
    const guarded = Router().get('/broken', () => {
      throw Object.assign(new Error('inner'), { code: 'INNER' });
    });
    guarded.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      told.push(error);
      response.status(503).json({});
    });
    app.use('/guarded', guarded);
    app.get('/next', (_request, _response, next) => next(Object.assign(new Error('outer'), { code: 'OUTER' })));
    app.get('/unhandled', () => Promise.reject(new RangeError('nobody')));
    app.use((error: { code?: string }, _request: Request, response: Response, next: NextFunction) => {
      if (error.code === undefined) return next(error);
      told.push(error);
      response.status(500).json({});
    });
    await ask(app, ['/guarded/broken', '/next', '/unhandled']);
    expect(told).toMatchObject([{ code: 'INNER' }, { code: 'OUTER' }]);
    const lines = recorder.lines('api_request_completed');
    expect(lines.map((line) => [line['status_code'], line['error_type']])).toEqual([
      [503, 'INNER'],
      [500, 'OUTER'],
      [500, 'RangeError'],
    ]);
  });

  it('answers exactly as without it but for two headers', async () => {
    const build = (): Express => {
      const app = express();
      app.use(express.json());
      return app;
    };
    const declare = (app: Express): Express => {
      app.get('/items/:id', (request, response) =>
        response.json({ own: Object.hasOwn(request, 'route'), id: request.params.id }),
      );
      app.get('/broken', () => {
        throw new Error('x');
      });
      app.post('/items', (request, response) => response.status(201).send(request.body));
      return app;
    };
    const answers = async (app: Express): Promise<unknown[]> => {
      const url = await serve(app);
      const bodies = ['{"a":1}', '{broken', ''];
      const requests = [
        ...['/items/1', '/broken', '/nowhere'].map((path) => fetch(url + path)),
        ...bodies.map((body) =>
          fetch(`${url}/items`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
        ),
      ];
      return Promise.all(
        requests.map(async (pending) => {
          const response = await pending;
          const headers = Object.fromEntries(response.headers);
          for (const name of ['date', 'content-length', 'x-trace-id', 'x-request-id']) delete headers[name];
          return [response.status, headers, (await response.text()).replace(/<br>.*/, '')];
        }),
      );
    };
    const observed = express();
    observeExpress(observed);
    observed.use(express.json());
    expect(await answers(declare(observed))).toEqual(await answers(declare(build())));
  });

  it('reads mount points that only an expression or a closure knows, as older versions keep them', () => {
    const nothing = { handle: () => undefined };
    const regexp = /^\/users(?:\/([^/]+?))\/?(?=\/|$)/i;
    expect(mountPattern({ ...nothing, regexp, keys: [{ name: 'id' }] })).toBe('/users/:id');
    expect(mountPattern({ ...nothing, regexp: /^\/v\d+/ })).toBe('/^\\/v\\d+/');
    expect(mountPattern({ ...nothing, regexp: Object.assign(/^\/?/, { fast_slash: true }) })).toBe('');
    expect(mountPattern({ ...nothing, slash: true, matchers: [] })).toBe('');
    const matched = { path: '/users/a%20b/x', params: { id: 'a b' }, matchers: [] };
    expect(mountPattern({ ...nothing, ...matched })).toBe('/users/:id/x');
  });
});

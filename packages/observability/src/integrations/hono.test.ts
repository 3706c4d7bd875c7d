import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { HTTPException } from 'hono/http-exception';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getTraceId } from '../index.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { observeHono } from './hono.ts';
import { observeHttp } from './http.ts';
import { listen } from './http-contract.fixture.ts';

describe('observeHono', () => {
  let recorder: Recorder;
  let app: Hono;

  beforeEach(() => {
    recorder = createRecorder();
    app = new Hono();
    app.onError((error, context) =>
      error instanceof HTTPException ? error.getResponse() : context.text('broken', 500),
    );
    observeHono(app, { ignorePaths: ['/health'] });
  });
  afterEach(() => recorder.close());

  /** The status of an answer that was read, as whoever asks does. */
  const statusOf = async (path: string, init?: RequestInit): Promise<number> => {
    const response = await app.request(path, init);
    await response.text();
    return response.status;
  };
  const counted = (endpoint: string, status: number): number | undefined =>
    recorder.metric('api_requests_total', { endpoint, status_code: String(status) });
  const activeNow = (): number =>
    recorder.series('active_api_requests').reduce((sum, series) => sum + Number(series.value), 0);

  it('observes requests that come without a socket', async () => {
    app.get('/items/:id', (context) => context.json({ trace: getTraceId() }));
    const response = await app.request('http://shop.example:8080/items/1?api_key=hunter2');
    const { trace } = (await response.json()) as { trace: string };
    expect(response.headers.get('x-trace-id')).toBe(trace);
    expect(recorder.span('GET /items/:id')).toMatchObject({
      traceId: trace,
      attributes: { 'server.address': 'shop.example', 'server.port': 8080, 'url.path': '/items/1' },
    });
    expect(counted('/items/:id', 200)).toBe(1);
    expect(recorder.line('api_request_completed')['request_id']).toBe(response.headers.get('x-request-id'));
    expect(JSON.stringify([recorder.lines(), recorder.spans()])).not.toContain('hunter2');
  });

  it('answers as without it', async () => {
    const plain = new Hono();
    for (const one of [app, plain]) {
      one.get('/raw', () => new Response('raw', { status: 201, headers: { 'x-own': 'a' } }));
      one.get('/fixed', () => Response.redirect('http://shop.example/raw', 307));
      one.get('/empty', (context) => context.body(null, 204));
      one.get('/gone', () => Response.error());
    }
    for (const path of ['/raw', '/fixed', '/empty', '/nowhere']) {
      const answers = await Promise.all(
        [plain, app].map(async (one) => {
          const response = await one.request(path);
          const headers = [...response.headers].filter(([name]) => !/^x-(trace|request)-id$/.test(name));
          return { status: response.status, headers, text: await response.text() };
        }),
      );
      expect(answers[1]).toEqual(answers[0]);
    }
  });

  it('takes the status of an HTTPException for what it is: an answer, or a failure', async () => {
    app.get('/forbidden', () => {
      throw new HTTPException(403);
    });
    app.get('/overloaded', () => {
      throw new HTTPException(503, { message: 'queue full' });
    });
    expect(await statusOf('/forbidden')).toBe(403);
    expect(await statusOf('/overloaded')).toBe(503);
    recorder.expectMetric('api_errors_total', { endpoint: '/forbidden', error_type: 'http_403' }, 1);
    expect(recorder.span('GET /forbidden').status).toBe('unset');
    recorder.expectMetric('api_errors_total', { endpoint: '/overloaded' }, 1);
    expect(recorder.span('GET /overloaded').status).toBe('error');
    expect(recorder.lines('api_request_completed')[1]).toMatchObject({ error: { message: 'queue full' } });
  });

  it('counts what is thrown through, and it is thrown through', async () => {
    app.get('/odd', () => {
      throw 'no error at all';
    });
    await expect(app.request('/odd')).rejects.toBe('no error at all');
    expect(counted('/odd', 500)).toBe(1);
    expect(recorder.span('GET /odd').status).toBe('error');
    expect(activeNow()).toBe(0);
  });

  it('names the route that a request was for when a middleware answers before it', async () => {
    app.use('/admin/*', basicAuth({ username: 'u', password: 'hunter2' }));
    app.get('/admin/users/:id', (context) => context.text('ok'));
    expect(await statusOf('/admin/users/7')).toBe(401);
    expect(counted('/admin/users/:id', 401)).toBe(1);
    expect(await statusOf('/admin/nothing')).toBe(401);
    expect(recorder.metric('api_requests_total', { endpoint: '/admin/nothing' })).toBeUndefined();
  });

  it('tells handlers of every method, catch-alls and mounted applications from what is not found', async () => {
    app.use('/api/*', async (_context, next) => next());
    app.all('/any', (context) => context.text('ok'));
    app.get('/files/*', (context) => (context.req.path.endsWith('/a') ? context.text('a') : context.notFound()));
    app.mount('/legacy', () => new Response('old'));
    for (const path of ['/api/nothing', '/any', '/files/a', '/files/b', '/legacy/x', '/legacy/y']) {
      await statusOf(path);
    }
    expect(counted('__unmatched__', 404)).toBe(2);
    expect([counted('/any', 200), counted('/files/*', 200), counted('/legacy/*', 200)]).toEqual([1, 1, 2]);
  });

  it('names routes of handlers in a row and of an application under a base path', async () => {
    const shop = new Hono().basePath('/v1');
    observeHono(shop);
    shop.get(
      '/items/:id',
      async (_context, next) => next(),
      (context) => context.text('ok'),
    );
    await (await shop.request('/v1/items/3')).text();
    expect(counted('/v1/items/:id', 200)).toBe(1);
  });

  it('observes a request once, however often it is told to', async () => {
    observeHono(observeHono(app));
    app.get('/inner', (context) => context.text('ok'));
    await statusOf('/inner');
    expect(recorder.lines('api_request_completed')).toHaveLength(1);
    expect(recorder.spans()).toHaveLength(1);
  });

  it('observes a request once where the server is observed too, and tells it the route', async () => {
    app.get('/items/:id', (context) => context.text('ok'));
    app.get('/health', (context) => context.text('ok'));
    const server = createAdaptorServer({ fetch: app.fetch });
    const { url, close } = await listen(observeHttp(server as Parameters<typeof observeHttp>[0]) as never);
    await (await fetch(`${url}/health`)).text();
    const response = await fetch(`${url}/items/1`);
    await response.text();
    await close();
    expect(recorder.lines('api_request_completed')).toMatchObject([
      { endpoint: '/items/:id', trace_id: response.headers.get('x-trace-id') },
    ]);
    expect(recorder.spans().map(({ name }) => name)).toEqual(['GET /items/:id']);
    expect(activeNow()).toBe(0);
  });

  it('leaves ignored paths alone but for their names', async () => {
    app.get('/health', (context) => context.text('ok'));
    const response = await app.request('/health', { headers: { 'x-request-id': 'probe' } });
    expect(response.headers.get('x-request-id')).toBe('probe');
    expect(response.headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
    expect(recorder.lines()).toEqual([]);
    expect(recorder.spans()).toEqual([]);
  });

  describe('an answer that is streamed', () => {
    const pieces = ['a', 'b'];
    const stream = (fails = false): ReadableStream<Uint8Array> => {
      const left = [...pieces];
      return new ReadableStream({
        pull(controller) {
          const piece = left.shift();
          if (piece !== undefined) controller.enqueue(new TextEncoder().encode(`${piece}${getTraceId()};`));
          else if (fails) controller.error(Object.assign(new Error('disk'), { code: 'EIO' }));
          else controller.close();
        },
      });
    };
    const ended = (): number => recorder.lines('api_request_completed').length;

    it('ends with its last piece, and its pieces are made inside the span', async () => {
      app.get('/stream', () => new Response(stream()));
      const response = await app.request('/stream');
      expect([ended(), activeNow()]).toEqual([0, 1]);
      const text = await response.text();
      const { traceId } = recorder.span('GET /stream');
      // The first is made when the handler makes the stream.
      expect(text).toBe(`a${traceId};b${traceId};`);
      expect([ended(), activeNow(), counted('/stream', 200)]).toEqual([1, 0, 1]);
    });

    it('ends when nobody wants more, and the source hears of it', async () => {
      let reason: unknown;
      const endless = {
        cancel(why: unknown) {
          reason = why;
        },
      };
      app.get('/stream', () => new Response(new ReadableStream(endless)));
      await (await app.request('/stream')).body?.cancel('enough');
      expect([reason, counted('/stream', 499), activeNow()]).toEqual(['enough', 1, 0]);
    });

    it('is cut when its source fails', async () => {
      app.get('/stream', () => new Response(stream(true)));
      await expect((await app.request('/stream')).text()).rejects.toThrow('disk');
      recorder.expectMetric('api_errors_total', { endpoint: '/stream', error_type: 'EIO' }, 1);
      expect(recorder.span('GET /stream').status).toBe('error');
      expect(activeNow()).toBe(0);
    });

    it('has no body for HEAD, and ends at once', async () => {
      app.get('/stream', () => new Response(stream()));
      expect(await (await app.request('/stream', { method: 'HEAD' })).text()).toBe('');
      recorder.expectMetric('api_requests_total', { method: 'HEAD', endpoint: '/stream', status_code: '200' }, 1);
      expect(activeNow()).toBe(0);
    });
  });

  it('counts a client that goes away while it is served, once', async () => {
    const abort = new AbortController();
    app.get('/slow', async (context) => {
      abort.abort();
      return context.text('late');
    });
    await (await app.request('/slow', { signal: abort.signal })).text();
    expect([counted('/slow', 499), counted('/slow', 200), activeNow()]).toEqual([1, undefined, 0]);
    expect(await statusOf('/slow', { signal: AbortSignal.abort() })).toBe(200);
    expect(counted('/slow', 499)).toBe(2);
  });
});

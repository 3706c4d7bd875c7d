import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addSpanAttributes, getLogger, getTraceId, traceOperation } from '../index.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { tracingState } from '../tracing/tracing-state.ts';
import { observeFastify } from './fastify.ts';

const log = getLogger('app');
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('an observed Fastify application', () => {
  let app: FastifyInstance;
  let recorder: Recorder;
  let url = '';
  let release: () => void = () => undefined;

  beforeEach(async () => {
    recorder = createRecorder();
    app = Fastify();
    observeFastify(app, { ignorePaths: ['/health'] });
    app.get('/health', () => ({ ok: true }));
    app.get('/items/:id', async () => {
      await Promise.resolve();
      log.info('in_handler');
      addSpanAttributes({ 'item.found': true });
      return { trace: getTraceId() };
    });
    app.post('/items', async (request) => {
      log.info('in_handler');
      await traceOperation('store', {}, async () => undefined);
      return request.body;
    });
    app.get('/broken', () => {
      throw Object.assign(new Error('no store'), { code: 'STORE_DOWN' });
    });
    app.get('/refused', (_request, reply) => reply.code(422).send({}));
    app.get(
      '/slow',
      () =>
        new Promise((resolve) => {
          release = () => resolve({});
        }),
    );
    url = await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    release();
    await app.close();
    recorder.close();
  });

  /** The response is complete before its observation is: both hang on the same event. */
  async function settled(count = 1): Promise<void> {
    while (recorder.lines('api_request_completed').length < count)
      await new Promise((resolve) => setImmediate(resolve));
  }

  it('counts, times, traces and logs a request by its route pattern', async () => {
    const response = await fetch(`${url}/items/secret-id?api_key=hunter2`, { headers: { traceparent } });
    expect(await response.json()).toEqual({ trace: '0af7651916cd43dd8448eb211c80319c' });
    expect(response.headers.get('x-trace-id')).toBe('0af7651916cd43dd8448eb211c80319c');
    await settled();
    const labels = { method: 'GET', endpoint: '/items/:id' };
    recorder.expectMetric('api_requests_total', { ...labels, status_code: '200' }, 1);
    recorder.expectMetric('api_request_duration_seconds', labels, 1);
    recorder.expectMetric('active_api_requests', labels, 0);
    const span = recorder.span('GET /items/:id');
    expect(span).toMatchObject({
      kind: 'server',
      parentSpanId: 'b7ad6b7169203331',
      status: 'unset',
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/items/:id',
        'http.response.status_code': 200,
        'url.path': '/items/secret-id',
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
        'item.found': true,
      },
    });
    expect(recorder.line('api_request_completed')).toMatchObject({
      level: 'INFO',
      method: 'GET',
      endpoint: '/items/:id',
      status_code: 200,
      trace_id: span.traceId,
      span_id: span.spanId,
    });
    expect(recorder.line('in_handler')).toMatchObject({ trace_id: span.traceId, span_id: span.spanId });
    expect(JSON.stringify([recorder.lines(), recorder.spans()])).not.toContain('hunter2');
  });

  it('keeps the handler inside the span after a body was read', async () => {
    await fetch(`${url}/items`, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } });
    await settled();
    const span = recorder.span('POST /items');
    expect(recorder.line('in_handler')['span_id']).toBe(span.spanId);
    expect(recorder.span('store').parentSpanId).toBe(span.spanId);
  });

  it('keeps concurrent requests apart', async () => {
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        fetch(`${url}/items/${index}`).then(async (response) => [
          response.headers.get('x-trace-id'),
          ((await response.json()) as { trace: string }).trace,
        ]),
      ),
    );
    for (const [header, inside] of responses) expect(header).toBe(inside);
    expect(new Set(responses.map(([header]) => header)).size).toBe(50);
  });

  it('fails the span and names the error of a broken handler', async () => {
    expect((await fetch(`${url}/broken`)).status).toBe(500);
    await settled();
    recorder.expectMetric('api_requests_total', { endpoint: '/broken', status_code: '500' }, 1);
    recorder.expectMetric('api_errors_total', { endpoint: '/broken', error_type: 'STORE_DOWN' }, 1);
    expect(recorder.span('GET /broken')).toMatchObject({ status: 'error', attributes: { 'error.type': 'STORE_DOWN' } });
    expect(recorder.line('api_request_completed')).toMatchObject({ level: 'ERROR', error: { message: 'no store' } });
  });

  it("does not take the client's mistake for ours", async () => {
    await fetch(`${url}/refused`);
    const malformed = await fetch(`${url}/items`, {
      method: 'POST',
      body: '{broken',
      headers: { 'content-type': 'application/json' },
    });
    expect(malformed.status).toBe(400);
    expect(malformed.headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
    await settled(2);
    recorder.expectMetric('api_errors_total', { endpoint: '/refused', error_type: 'http_422' }, 1);
    expect(recorder.spans().map(({ status }) => status)).toEqual(['unset', 'unset']);
  });

  it('gives unknown paths and methods one series', async () => {
    for (let index = 0; index < 20; index += 1) await fetch(`${url}/attack/${index}`);
    await fetch(`${url}/items/1`, { method: 'PROPFIND' });
    await settled(21);
    recorder.expectMetric('api_requests_total', { method: 'GET', endpoint: '__unmatched__', status_code: '404' }, 20);
    recorder.expectMetric('api_requests_total', { method: '_OTHER', endpoint: '__unmatched__' }, 1);
    expect(recorder.spans('GET')).toHaveLength(20);
  });

  it('leaves ignored paths alone but for their trace id', async () => {
    const response = await fetch(`${url}/health?x=1`);
    expect(response.headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
    expect(recorder.lines()).toEqual([]);
    expect(recorder.spans()).toEqual([]);
    expect(recorder.metric('api_requests_total', { endpoint: '/health' })).toBeUndefined();
  });

  it('counts a client that goes away once and leaves no request active', async () => {
    const abort = new AbortController();
    const request = fetch(`${url}/slow`, { signal: abort.signal }).catch(() => undefined);
    while (recorder.metric('active_api_requests', { endpoint: '/slow' }) !== 1)
      await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await request;
    await settled();
    release();
    await new Promise((resolve) => setImmediate(resolve));
    recorder.expectMetric('api_requests_total', { endpoint: '/slow' }, 1);
    recorder.expectMetric('api_requests_total', { endpoint: '/slow', status_code: '499' }, 1);
    recorder.expectMetric('api_errors_total', { endpoint: '/slow', error_type: 'client_closed_request' }, 1);
    recorder.expectMetric('active_api_requests', { endpoint: '/slow' }, 0);
    expect(recorder.spans('GET /slow')).toHaveLength(1);
  });

  it('leaves no request active whose client goes away in the middle of its body', async () => {
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /items HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a"',
    );
    while (recorder.metric('active_api_requests', { endpoint: '/items' }) !== 1)
      await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await settled();
    recorder.expectMetric('active_api_requests', { endpoint: '/items' }, 0);
    recorder.expectMetric('api_requests_total', { endpoint: '/items' }, 1);
  });

  it('gives a trace id also while tracing is off', async () => {
    tracingState.mode = 'off';
    const response = await fetch(`${url}/items/1`);
    const continued = await fetch(`${url}/items/1`, { headers: { traceparent } });
    await settled(2);
    expect(response.headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
    expect(continued.headers.get('x-trace-id')).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(recorder.lines('api_request_completed')[0]?.['trace_id']).toBe(response.headers.get('x-trace-id'));
  });

  it('is observed under inject as well', async () => {
    const response = await app.inject({ url: '/items/1', headers: { traceparent: 'nonsense' } });
    expect(response.headers['x-trace-id']).toMatch(/^[\da-f]{32}$/);
    await settled();
    recorder.expectMetric('active_api_requests', { endpoint: '/items/:id' }, 0);
    recorder.expectMetric('api_requests_total', { endpoint: '/items/:id', status_code: '200' }, 1);
    recorder.expectLine('api_request_completed', { status_code: 200 });
  });
});

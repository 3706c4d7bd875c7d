import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { tracingState } from '../tracing/tracing-state.ts';
import {
  contractRoutes,
  createGate,
  type Gate,
  type HttpAdapter,
  type ServedContract,
} from './http-contract.fixture.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

/** The facts that hold for every HTTP integration. */
export function describeHttpFacts(name: string, adapter: HttpAdapter): void {
  describe(`${name}: an observed server`, () => {
    let recorder: Recorder;
    let server: ServedContract;
    let gate: Gate;
    let url = '';

    beforeEach(async () => {
      recorder = createRecorder();
      gate = createGate();
      server = await adapter.serve(contractRoutes(gate), { ignorePaths: ['/health'] });
      url = server.url;
    });
    afterEach(async () => {
      gate.open();
      await server.close();
      recorder.close();
    });

    /** The response is complete before its observation is. */
    const settled = (count = 1): Promise<void> => until(() => recorder.lines('api_request_completed').length >= count);
    const isActive = (endpoint: string): Promise<void> =>
      until(() => recorder.metric('active_api_requests', { endpoint }) === 1);
    const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${url}${path}`, { headers });

    it('counts, times, traces and logs a request by its route pattern', async () => {
      const response = await get('/items/secret-id?api_key=hunter2#x', { traceparent });
      expect(await response.json()).toEqual({ id: 'secret-id', trace: traceId });
      expect(response.headers.get('x-trace-id')).toBe(traceId);
      await settled();
      const labels = { method: 'GET', endpoint: '/items/:id' };
      recorder.expectMetric('api_requests_total', { ...labels, status_code: '200' }, 1);
      recorder.expectMetric('api_requests_total', {}, 1);
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
          'server.port': Number(new URL(url).port),
        },
      });
      expect(recorder.line('api_request_completed')).toMatchObject({
        level: 'INFO',
        method: 'GET',
        endpoint: '/items/:id',
        path: '/items/secret-id',
        status_code: 200,
        request_id: response.headers.get('x-request-id'),
        trace_id: span.traceId,
        span_id: span.spanId,
      });
      for (const event of ['in_handler', 'after_waiting']) {
        expect(recorder.line(event)).toMatchObject({ trace_id: span.traceId, span_id: span.spanId });
      }
      expect(JSON.stringify([recorder.lines(), recorder.spans()])).not.toContain('hunter2');
    });

    it('keeps the handler inside the span after a body was read', async () => {
      const body = JSON.stringify({ a: 'x'.repeat(50_000) });
      const response = await fetch(`${url}/items`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect(await response.text()).toBe(body);
      await settled();
      const span = recorder.span('POST /items');
      expect(recorder.line('in_handler')['span_id']).toBe(span.spanId);
      expect(recorder.span('store').parentSpanId).toBe(span.spanId);
    });

    it('knows the routes of routers in routers', async () => {
      expect(await (await get('/users/7/orders/8')).json()).toMatchObject({ orderId: '8' });
      await settled();
      recorder.expectMetric('api_requests_total', { endpoint: '/users/:userId/orders/:orderId' }, 1);
      recorder.expectSpan('GET /users/:userId/orders/:orderId');
    });

    it('keeps concurrent requests apart, also on one connection', async () => {
      const responses = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          get(`/items/${index}`).then(async (response) => [
            response.headers.get('x-trace-id'),
            ((await response.json()) as { trace: string }).trace,
          ]),
        ),
      );
      for (const [header, inside] of responses) expect(header).toBe(inside);
      expect(new Set(responses.map(([header]) => header)).size).toBe(50);
    });

    it('keeps pipelined requests apart', async () => {
      const request = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
      const text = await exchangeBytes(request('/items/1') + request('/items/2') + last('/items/3'));
      const headers = [...text.matchAll(/x-trace-id: ([\da-f]{32})/gi)].map(([, id]) => id);
      const inside = [...text.matchAll(/"trace":"([\da-f]{32})"/g)].map(([, id]) => id);
      expect(headers).toHaveLength(3);
      expect(inside).toEqual(headers);
      expect(new Set(headers).size).toBe(3);
      await settled(3);
      expect(recorder.spans('GET /items/:id').map(({ parentSpanId }) => parentSpanId)).toEqual(
        Array(3).fill(undefined),
      );
    });

    it.runIf(adapter.catchesThrows ?? true).each(['/broken', '/rejected'])(
      'fails the span and names the error of %s',
      async (path) => {
        expect((await get(path)).status).toBe(500);
        await settled();
        const error = (adapter.seesErrors ?? true) ? 'STORE_DOWN' : 'http_500';
        recorder.expectMetric('api_requests_total', { endpoint: path, status_code: '500' }, 1);
        recorder.expectMetric('api_errors_total', { endpoint: path, error_type: error }, 1);
        const errorType = error.replace('http_', '');
        expect(recorder.span(`GET ${path}`)).toMatchObject({
          status: 'error',
          attributes: { 'error.type': errorType },
        });
        const line = recorder.line('api_request_completed');
        expect(line).toMatchObject({ level: 'ERROR', error_type: error });
        if (adapter.seesErrors ?? true) expect(line).toMatchObject({ error: { message: 'no store' } });
      },
    );

    it("does not take the client's mistake for ours", async () => {
      expect((await get('/refused')).status).toBe(422);
      await settled();
      recorder.expectMetric('api_errors_total', { endpoint: '/refused', error_type: 'http_422' }, 1);
      expect(recorder.span('GET /refused').status).toBe('unset');
      expect(recorder.line('api_request_completed')).toMatchObject({ level: 'INFO', error_type: 'http_422' });
    });

    it('answers HEAD and 304 as ever', async () => {
      const head = await fetch(`${url}/items/1`, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      const unchanged = await get('/unchanged');
      expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);
      for (const { headers } of [head, unchanged]) expect(headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
      await settled(2);
      recorder.expectMetric('api_requests_total', { method: 'HEAD', status_code: '200' }, 1);
      recorder.expectMetric('api_requests_total', { endpoint: '/unchanged', status_code: '304' }, 1);
    });

    it('makes a handful of series of 400 odd requests', async () => {
      const before = recorder.series('api_requests_total').length;
      const odd = ['PROPFIND', 'MKCOL', 'REPORT', 'GET', 'DELETE', 'OPTIONS', 'PATCH', 'PURGE'];
      const text = await exchangeBytes(
        Array.from({ length: 399 }, (_, index) => {
          const method = odd[index % odd.length];
          return `${method} /attack/${index}/..%2f${'x'.repeat(index % 50)}?q=${index} HTTP/1.1\r\nhost: h${index}.example\r\n\r\n`;
        }).join('') + last('/attack'),
      );
      expect(text.match(/x-trace-id/gi)).toHaveLength(400);
      await settled(400).catch(() => undefined);
      recorder.expectMetric('api_requests_total', { endpoint: '__unmatched__' }, 400);
      recorder.expectMetric('active_api_requests', { endpoint: '__unmatched__' }, 0);
      expect(recorder.series('api_requests_total').length - before).toBeLessThan(12);
      expect(new Set(recorder.spans().map(({ name: span }) => span))).toEqual(
        new Set(['HTTP', 'GET', 'DELETE', 'OPTIONS', 'PATCH']),
      );
    });

    it('names every response; a sane request id of the caller is kept', async () => {
      const { headers: kept } = await get('/items/1', { 'x-request-id': 'req-17.a_b' });
      expect(kept.get('x-request-id')).toBe('req-17.a_b');
      const made: (string | null)[] = [];
      for (const bad of ['', 'a b', 'x'.repeat(129), '"quoted"', 'a,b']) {
        made.push((await get('/nowhere', { 'x-request-id': bad })).headers.get('x-request-id'));
      }
      for (const id of made) expect(id).toMatch(/^[\da-f]{16}$/);
      await settled(6);
      expect(recorder.lines('api_request_completed').map((line) => line['request_id'])).toEqual([
        'req-17.a_b',
        ...made,
      ]);
    });

    it('begins a trace of its own when the parent is malformed or there are two', async () => {
      const other = traceparent.replaceAll('7', '8');
      const bytes = await exchangeBytes(last('/items/1', `traceparent: ${traceparent}\r\ntraceparent: ${other}\r\n`));
      expect(bytes).not.toContain(traceId);
      for (const bad of ['nonsense', traceparent.toUpperCase(), `ff${traceparent.slice(2)}`, `${traceparent}-x`]) {
        expect((await get('/items/1', { traceparent: bad })).headers.get('x-trace-id')).not.toBe(traceId);
      }
      await settled(5);
      expect(recorder.spans('GET /items/:id').map(({ parentSpanId }) => parentSpanId)).toEqual(
        Array(5).fill(undefined),
      );
    });

    it('leaves ignored paths alone but for their names', async () => {
      const response = await get('/health?x=1', { 'x-request-id': 'probe' });
      expect(await response.json()).toEqual({ ok: true });
      expect(response.headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
      expect(response.headers.get('x-request-id')).toBe('probe');
      await get('/items/1');
      await settled();
      expect(recorder.lines('api_request_completed')).toHaveLength(1);
      expect(recorder.spans()).toHaveLength(1);
      expect(recorder.metric('api_requests_total', { endpoint: '/health' })).toBeUndefined();
    });

    it('counts a client that goes away once and leaves no request active', async () => {
      const abort = new AbortController();
      const request = fetch(`${url}/slow`, { signal: abort.signal }).catch(() => undefined);
      await isActive('/slow');
      abort.abort();
      await request;
      await settled();
      gate.open();
      await new Promise((resolve) => setImmediate(resolve));
      recorder.expectMetric('api_requests_total', { endpoint: '/slow' }, 1);
      recorder.expectMetric('api_requests_total', { endpoint: '/slow', status_code: '499' }, 1);
      recorder.expectMetric('api_errors_total', { endpoint: '/slow', error_type: 'client_closed_request' }, 1);
      recorder.expectMetric('active_api_requests', { endpoint: '/slow' }, 0);
      expect(recorder.span('GET /slow').status).toBe('unset');
    });

    it('times a streamed answer until its end, and its pieces are inside the span', async () => {
      const response = await get('/stream');
      expect(response.status).toBe(200);
      await isActive('/stream');
      expect(recorder.lines('api_request_completed')).toEqual([]);
      gate.open();
      expect(await response.text()).toBe('first,second');
      await settled();
      const { spanId } = recorder.span('GET /stream');
      expect(recorder.lines('in_stream').map((line) => line['span_id'])).toEqual([spanId, spanId]);
      recorder.expectMetric('active_api_requests', { endpoint: '/stream' }, 0);
    });

    it('counts as gone who leaves in the middle of a stream', async () => {
      const abort = new AbortController();
      const response = await fetch(`${url}/stream`, { signal: abort.signal });
      const reading = response.text().catch(() => 'gone');
      abort.abort();
      expect(await reading).toBe('gone');
      await settled();
      recorder.expectMetric('api_requests_total', { endpoint: '/stream', status_code: '499' }, 1);
      recorder.expectMetric('active_api_requests', { endpoint: '/stream' }, 0);
    });

    it('names requests also while tracing is off', async () => {
      tracingState.mode = 'off';
      const response = await get('/items/1');
      const continued = await get('/items/1', { traceparent });
      await settled(2);
      expect(response.headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
      expect(continued.headers.get('x-trace-id')).toBe(traceId);
      expect(recorder.lines('api_request_completed')[0]?.['trace_id']).toBe(response.headers.get('x-trace-id'));
    });

    /** The last request on a connection, which the server then closes. */
    const last = (path: string, headers = ''): string =>
      `GET ${path} HTTP/1.1\r\nhost: x\r\n${headers}connection: close\r\n\r\n`;

    function exchangeBytes(bytes: string): Promise<string> {
      return new Promise((resolve, reject) => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1');
        let text = '';
        socket.setEncoding('utf8');
        socket.on('data', (chunk: string) => {
          text += chunk;
        });
        socket.on('end', () => resolve(text));
        socket.on('error', reject);
        socket.write(bytes);
      });
    }
  });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

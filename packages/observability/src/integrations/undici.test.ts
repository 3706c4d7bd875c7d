import { channel } from 'node:diagnostics_channel';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { injectTraceHeaders, traceOperation, withBaggage } from '../index.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { suppressionKey } from '../tracing/registered-api.ts';
import { rootContext, runIn } from '../tracing/started-span.ts';
import { tracingState } from '../tracing/tracing-state.ts';
import { listen, type ServedContract } from './http-contract.fixture.ts';
import { observeUndici } from './undici.ts';

describe('observeUndici', () => {
  let recorder: Recorder;
  let server: ServedContract;
  let stop: () => void;
  let host = '';
  const received: IncomingMessage[] = [];

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    received.push(request);
    const [path] = request.url?.split('?') ?? [];
    if (path === '/moved') response.writeHead(302, { location: '/items' }).end();
    else if (path === '/missing') response.writeHead(404).end();
    else if (path === '/reset') request.socket.destroy();
    else if (path === '/half') response.write('half');
    else if (path !== '/silent') response.end('ok');
  };

  beforeEach(async () => {
    recorder = createRecorder();
    received.length = 0;
    server = await listen(createServer(answer));
    host = new URL(server.url).host;
    stop = observeUndici();
  });
  afterEach(async () => {
    stop();
    tracingState.propagates = true;
    await server.close();
    recorder.close();
  });

  const ask = async (path: string, init?: RequestInit): Promise<number> => {
    const response = await fetch(`${server.url}${path}`, init);
    await response.text();
    return response.status;
  };
  const asked = (status: string): number | undefined =>
    recorder.metric('http_client_requests_total', { method: 'GET', host, status_code: status });
  const sent = (name: string): unknown => received.at(-1)?.headers[name];

  it('makes a client span of a request, a child of the active one, and sends its trace along', async () => {
    await traceOperation('work', () => withBaggage({ tenant: 'a' }, () => ask('/items?page=2&api_key=hunter2')));
    const span = recorder.span('GET');
    expect(span).toMatchObject({
      kind: 'client',
      parentSpanId: recorder.span('work').spanId,
      status: 'unset',
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(server.url).port),
        'url.full': `${server.url}/items?page=2&api_key=[REDACTED]`,
      },
    });
    expect(sent('traceparent')).toBe(`00-${span.traceId}-${span.spanId}-01`);
    expect(sent('baggage')).toBe('tenant=a');
    expect(asked('200')).toBe(1);
    expect(recorder.histogram('http_client_request_duration_seconds', { method: 'GET', host })?.count).toBe(1);
  });

  it('begins a trace where none is active', async () => {
    await ask('/items', { method: 'POST', body: 'x' });
    expect(recorder.span('POST').parentSpanId).toBeUndefined();
    expect(sent('traceparent')).toContain(recorder.span('POST').traceId);
  });

  it('leaves the trace to whoever has sent one along, and counts all the same', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await ask('/items', { headers: { Traceparent: traceparent, tracestate: 'x=1' } });
    expect([sent('traceparent'), sent('tracestate')]).toEqual([traceparent, 'x=1']);
    await traceOperation('GET by hand', { kind: 'client' }, () => ask('/items', { headers: injectTraceHeaders({}) }));
    expect(sent('traceparent')).toContain(recorder.span('GET by hand').spanId);
    recorder.expectNoSpan('GET');
    expect(asked('200')).toBe(2);
  });

  it('fails the span of a refusal by its status', async () => {
    expect(await ask('/missing')).toBe(404);
    expect(recorder.span('GET')).toMatchObject({ status: 'error', attributes: { 'error.type': '404' } });
    expect(asked('404')).toBe(1);
  });

  it('tells redirects apart, which are requests', async () => {
    await traceOperation('work', () => ask('/moved'));
    const spans = recorder.spans('GET');
    expect(spans.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([302, 200]);
    expect(new Set(spans.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([recorder.span('work').spanId]));
    expect(received.map(({ headers }) => String(headers['traceparent']).slice(36, 52))).toEqual(
      spans.map(({ spanId }) => spanId),
    );
    expect([asked('302'), asked('200')]).toEqual([1, 1]);
  });

  it('counts as error what gets no answer: refused, reset, timed out', async () => {
    const closed = await listen(createServer());
    await closed.close();
    await expect(fetch(closed.url)).rejects.toThrow('fetch failed');
    await expect(ask('/reset')).rejects.toThrow('fetch failed');
    await expect(ask('/silent', { signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout');
    expect(recorder.spans('GET').map(({ status, attributes }) => [status, attributes['error.type']])).toEqual([
      ['error', 'ECONNREFUSED'],
      ['error', 'UND_ERR_SOCKET'],
      ['error', 'TimeoutError'],
    ]);
    expect(asked('error')).toBe(2);
    recorder.expectMetric('http_client_requests_total', { host: new URL(closed.url).host, status_code: 'error' }, 1);
  });

  it('ends with an answer that is given up in the middle, under the status it came with', async () => {
    const abort = new AbortController();
    const response = await fetch(`${server.url}/half`, { signal: abort.signal });
    expect(recorder.spans()).toEqual([]);
    abort.abort();
    await expect(response.text()).rejects.toThrow();
    const cancelled = await fetch(`${server.url}/half`);
    await cancelled.body?.cancel();
    expect(recorder.spans('GET').map(({ attributes }) => attributes['error.type'])).toEqual([
      'AbortError',
      'AbortError',
    ]);
    expect(asked('200')).toBe(2);
  });

  it('makes one series of all methods that no standard knows', async () => {
    for (const method of ['PURGE', 'MKCOL', 'PROPFIND']) await ask('/items', { method });
    recorder.expectMetric('http_client_requests_total', { method: '_OTHER', host }, 3);
    expect(recorder.spans('HTTP').map(({ attributes }) => attributes['http.request.method_original'])).toEqual([
      'PURGE',
      'MKCOL',
      'PROPFIND',
    ]);
  });

  it('sends nothing along where propagation is off, and traces all the same', async () => {
    tracingState.propagates = false;
    await ask('/items');
    recorder.expectSpan('GET');
    expect(sent('traceparent')).toBeUndefined();
  });

  it('only counts while tracing is off', async () => {
    tracingState.mode = 'off';
    await ask('/items');
    expect(sent('traceparent')).toBeUndefined();
    expect(asked('200')).toBe(1);
  });

  it('leaves the requests of exporters alone', async () => {
    await traceOperation('work', () => runIn(rootContext().setValue(suppressionKey, true), () => ask('/items')));
    expect(recorder.spans().map(({ name }) => name)).toEqual(['work']);
    expect(sent('traceparent')).toBeUndefined();
    expect(asked('200')).toBeUndefined();
  });

  it('observes a request once, until everybody who asked for it has stopped', async () => {
    const stopSecond = observeUndici();
    await ask('/items');
    expect(asked('200')).toBe(1);
    stopSecond();
    stopSecond();
    await ask('/items');
    expect(asked('200')).toBe(2);
    stop();
    await ask('/items');
    expect(asked('200')).toBe(2);
    expect(recorder.spans('GET')).toHaveLength(2);
  });

  it('keeps concurrent requests apart', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => traceOperation(`work ${index}`, () => ask(`/items?index=${index}`))),
    );
    const parents = recorder
      .spans('GET')
      .map(({ attributes, parentSpanId }) => [String(attributes['url.full']).split('=')[1], parentSpanId]);
    for (const [index, parent] of parents) expect(parent).toBe(recorder.span(`work ${index}`).spanId);
    expect(new Set(received.map(({ headers }) => headers['traceparent'])).size).toBe(30);
  });

  it('reads what versions from 5 on publish, and lets be what it does not know', () => {
    const { create, headers, trailers, error } = channels();
    const added: string[] = [];
    const addHeader = (name: string): number => added.push(name);
    const known = [
      madeUp({ headers: 'accept: */*\r\n', addHeader }),
      madeUp({ headers: ['accept', Buffer.from('*/*')], origin: new URL('http://a.example'), addHeader }),
      madeUp({ headers: undefined, addHeader }),
    ];
    for (const request of known) {
      create.publish({ request });
      headers.publish({ request, response: { statusCode: 200 } });
      trailers.publish({ request });
    }
    expect(added).toEqual(['traceparent', 'traceparent', 'traceparent']);
    for (const headersOfCaller of ['Traceparent: 00-1\r\n', ['TraceParent', '00-1']]) {
      create.publish({ request: madeUp({ headers: headersOfCaller, addHeader }) });
    }
    expect(added).toHaveLength(3);
    const odd = [undefined, null, 1, {}, { request: null }, { request: 1 }, { request: {} }];
    const hostile = {
      request: new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    };
    for (const message of [...odd, hostile, { request: madeUp({ origin: 'nonsense' }) }]) {
      for (const one of [create, headers, trailers, error]) one.publish(message);
    }
    recorder.expectMetric('http_client_requests_total', { host: 'a.example' }, 3);
    expect(recorder.spans('GET')).toHaveLength(3);
  });

  it('passes tunnels by and sends the trace along with an upgrade, whose end nobody tells', () => {
    const { create } = channels();
    const added: string[] = [];
    const addHeader = (name: string): number => added.push(name);
    create.publish({ request: madeUp({ method: 'CONNECT', addHeader }) });
    expect(added).toEqual([]);
    traceOperation('work', () => create.publish({ request: madeUp({ upgrade: 'websocket', addHeader }) }));
    expect(added).toEqual(['traceparent']);
    expect(recorder.spans().map(({ name }) => name)).toEqual(['work']);
  });

  // Last, because the hosts it takes are not given back.
  it('makes few series of many hosts', () => {
    const { create, error } = channels();
    for (let index = 0; index < 400; index += 1) {
      const request = madeUp({ origin: `http://h${index}.example` });
      create.publish({ request });
      error.publish({ request, error: new Error('gone') });
    }
    expect(recorder.series('http_client_requests_total').length).toBeLessThan(110);
  });
});

function channels() {
  return {
    create: channel('undici:request:create'),
    headers: channel('undici:request:headers'),
    trailers: channel('undici:request:trailers'),
    error: channel('undici:request:error'),
  };
}

/** A request as undici publishes it. */
function madeUp(parts: Record<string, unknown>): Record<string, unknown> {
  return { origin: 'http://a.example', method: 'GET', path: '/', headers: [], addHeader() {}, ...parts };
}

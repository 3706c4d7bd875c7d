import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { getTraceId, traceOperation } from '../index.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { observeHttp, setHttpRoute } from './http.ts';
import { listen } from './http-contract.fixture.ts';

describe('an observed server of node:http', () => {
  let recorder: Recorder;
  beforeEach(() => {
    recorder = createRecorder();
  });
  afterEach(() => recorder.close());

  const settled = async (count = 1): Promise<void> => {
    while (recorder.lines('api_request_completed').length < count)
      await new Promise((resolve) => setImmediate(resolve));
  };

  it('takes a route that a router finds later', async () => {
    const app = await listen(
      observeHttp(
        createServer((request, response) => {
          setHttpRoute(request, '/items/:id');
          response.end();
        }),
      ),
    );
    onTestFinished(app.close);
    await fetch(`${app.url}/items/1`);
    await settled();
    recorder.expectMetric('api_requests_total', { endpoint: '/items/:id' }, 1);
    recorder.expectMetric('active_api_requests', {}, 0);
    expect(recorder.span('GET /items/:id').attributes['http.route']).toBe('/items/:id');
  });

  it('runs whoever listens, also later, inside the span, and is observed once', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer(() => void seen.push(getTraceId()));
    observeHttp(observeHttp(server));
    server.on('request', (_request, response) => {
      seen.push(getTraceId());
      response.end();
    });
    const app = await listen(server);
    onTestFinished(app.close);
    const { headers } = await fetch(app.url);
    expect(seen).toEqual([headers.get('x-trace-id'), headers.get('x-trace-id')]);
    await settled();
    expect(recorder.spans('GET')).toHaveLength(1);
    recorder.expectMetric('api_requests_total', {}, 1);
  });

  it("is nobody's child, though the server was started inside an operation", async () => {
    const app = await traceOperation('start', () =>
      listen(observeHttp(createServer((_request, response) => response.end()))),
    );
    onTestFinished(app.close);
    await fetch(app.url);
    await settled();
    expect(recorder.span('GET').parentSpanId).toBeUndefined();
  });

  it('says when it is the server that cuts an answer short', async () => {
    const app = await listen(
      observeHttp(
        createServer((request, response) => {
          if (request.url === '/half') response.write('half');
          setImmediate(() => response.destroy());
        }),
      ),
    );
    onTestFinished(app.close);
    await (await fetch(`${app.url}/half`)).text().catch(() => undefined);
    await fetch(`${app.url}/none`).catch(() => undefined);
    await settled(2);
    const lines = recorder.lines('api_request_completed');
    expect(lines.map(({ level, ...line }) => [level, line['status_code'], line['error_type']])).toEqual([
      ['ERROR', 200, 'response_cut'],
      ['ERROR', 500, 'response_cut'],
    ]);
  });

  it('counts a connection that becomes a WebSocket not at all', async () => {
    const server = observeHttp(createServer((_request, response) => response.end()));
    server.on('upgrade', (_request, socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const app = await listen(server);
    onTestFinished(app.close);
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write('GET /chat HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    expect(await text(socket)).toContain('101');
    expect(recorder.lines('api_request_completed')).toEqual([]);
    expect(recorder.metric('active_api_requests') ?? 0).toBe(0);
  });

  it('keeps a body that arrives in pieces inside the span of its request', async () => {
    const seen: (string | undefined)[] = [];
    const app = await listen(
      observeHttp(
        createServer((request, response) => {
          request.on('data', () => seen.push(getTraceId()));
          request.on('end', () => {
            seen.push(getTraceId());
            response.end();
          });
        }),
      ),
    );
    onTestFinished(app.close);
    const { headers } = await fetch(app.url, { method: 'POST', body: 'x'.repeat(200_000) });
    expect(new Set(seen)).toEqual(new Set([headers.get('x-trace-id')]));
  });

  it('does not care about options that throw', async () => {
    const app = await listen(
      observeHttp(
        createServer((_request, response) => response.end()),
        {
          route: () => {
            throw new Error('broken');
          },
        },
      ),
    );
    onTestFinished(app.close);
    expect((await fetch(app.url)).status).toBe(200);
    await settled();
    recorder.expectMetric('api_requests_total', { endpoint: '__unmatched__' }, 1);
  });

  it('serves HTTP/2 as well', async () => {
    const server = observeHttp(
      createHttp2Server((request, response) => {
        setHttpRoute(request, '/items/:id');
        response.end(`${getTraceId()}`);
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = connectHttp2(authority);
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const stream = client.request({ ':path': '/items/1?x=1' });
    const headers = once(stream, 'response');
    const body = await text(stream);
    expect(await headers).toMatchObject([{ 'x-trace-id': body }, expect.anything(), expect.anything()]);
    await settled();
    expect(recorder.span('GET /items/:id').attributes).toMatchObject({
      'url.path': '/items/1',
      'url.scheme': 'http',
      'network.protocol.version': '2.0',
      'server.address': '127.0.0.1',
    });
  });
});

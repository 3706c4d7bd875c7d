import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request, type Server } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { createRegistry } from '../metrics/registry.ts';
import { ListenError, toListenError } from './listen-error.ts';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from './metrics-server.ts';

const servers: MetricsServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(options: MetricsServerOptions = {}): Promise<MetricsServer> {
  const registry = createRegistry();
  registry.counter({ name: 'done_total', help: 'h' }).inc(3);
  const server = await startMetricsServer({ port: 0, registry, ...options });
  servers.push(server);
  return server;
}

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Unlike fetch, it sends exactly the headers it is given and decodes nothing. */
function ask(url: string, options: { method?: string; headers?: OutgoingHttpHeaders } = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
      });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('serves the metrics in the format asked for', async () => {
  const { url } = await start();
  const text = await ask(`${url}/metrics`);
  expect([text.status, text.headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect(text.body.toString()).toContain('# TYPE done_total counter\ndone_total 3\n');
  const open = await ask(`${url}/metrics?x=1`, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
  expect(open.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(open.body.toString()).toMatch(/# TYPE done counter\ndone_total 3\n(?:.*\n)*# EOF\n$/);
});

test('compresses when asked', async () => {
  const { url } = await start();
  const zipped = await ask(`${url}/metrics`, { headers: { 'accept-encoding': 'br, gzip' } });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(zipped.body).toString()).toContain('done_total 3\n');
  const plain = await ask(`${url}/metrics`, { headers: { 'accept-encoding': 'gzip;q=0' } });
  expect(plain.headers['content-encoding']).toBeUndefined();
});

test('each scrape is measured and shown in the next', async () => {
  const { url } = await start();
  await ask(`${url}/metrics`);
  expect((await ask(`${url}/metrics`)).body.toString()).toContain('metrics_scrape_duration_seconds_count 1\n');
});

test('a broken collector leaves the rest of the page', async () => {
  const registry = createRegistry();
  registry.counter({ name: 'done_total', help: 'h' });
  registry.addCollector({ name: 'never', metrics: [], collect: () => new Promise<void>(() => {}) });
  const { url } = await start({ registry, collectorTimeoutMs: 5 });
  const { status, body } = await ask(`${url}/metrics`);
  expect(status).toBe(200);
  expect(body.toString()).toContain('done_total 0\n');
  expect(body.toString()).toContain('metrics_collector_errors_total{collector="never"} 1\n');
});

test.each([
  ['ok', 200],
  ['degraded', 200],
  ['down', 503],
] as const)('health %s is answered with %d and the whole report', async (state, status) => {
  const report = { status: state, checks: { store: { status: state, cause: 'why' } } };
  const { url } = await start({ health: async () => report });
  const reply = await ask(`${url}/health`);
  expect([reply.status, JSON.parse(reply.body.toString())]).toEqual([status, report]);
});

test('a health check that fails is a health report: down', async () => {
  const { url } = await start({ health: () => Promise.reject(new Error('secret detail')) });
  const reply = await ask(`${url}/health`);
  expect([reply.status, reply.body.toString()]).toEqual([503, '{"status":"down"}\n']);
});

test('without a health report the process says only that it answers', async () => {
  const { url } = await start();
  expect((await ask(`${url}/health`)).body.toString()).toBe('{"status":"ok"}\n');
});

test('the page at / links to what is served', async () => {
  const { url } = await start({ path: '/internal/"metrics"' });
  const page = await ask(url);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.body.toString()).toContain('href="/internal/&quot;metrics&quot;"');
  expect(page.body.toString()).toContain('href="/health"');
});

test('other paths are 404, other methods 405, and neither makes a series', async () => {
  const { url } = await start();
  expect((await ask(`${url}/secret`)).status).toBe(404);
  expect((await ask(`${url}/metrics/x`)).status).toBe(404);
  const posted = await ask(`${url}/metrics`, { method: 'POST' });
  expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD']);
  expect((await ask(`${url}/metrics`)).body.toString()).not.toMatch(/secret|POST/);
});

test.each(['/', '/metrics', '/health'])('HEAD %s has the headers and no body', async (path) => {
  const { url } = await start();
  const reply = await ask(url + path, { method: 'HEAD' });
  expect([reply.status, reply.body.length]).toEqual([200, 0]);
  expect(reply.headers['content-type']).toBeDefined();
});

test.each(['evil.example', 'evil.example:9090', '127.0.0.1.evil.example', 'localhost.evil.example:80'])(
  'on loopback a request for host %j is refused',
  async (host) => {
    const { url } = await start();
    for (const path of ['/', '/metrics', '/health', '/unknown']) {
      const { status, body } = await ask(url + path, { headers: { host } });
      expect([status, body.toString()]).toEqual([421, 'This server does not answer under that host name.\n']);
    }
  },
);

test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:9090', '[::1]:9090', '[::1]'])(
  'on loopback host %j is answered',
  async (host) => {
    const { url } = await start();
    expect((await ask(`${url}/health`, { headers: { host } })).status).toBe(200);
  },
);

test('further names can be allowed, and on a public address all are unless a list is given', async () => {
  const host = 'metrics.internal:80';
  const named = await start({ allowedHosts: ['Metrics.internal'] });
  expect((await ask(`${named.url}/health`, { headers: { host } })).status).toBe(200);
  const open = await start({ address: '0.0.0.0' });
  expect((await ask(`http://127.0.0.1:${open.port}/health`, { headers: { host } })).status).toBe(200);
  const closed = await start({ address: '0.0.0.0', allowedHosts: ['other.internal'] });
  expect((await ask(`http://127.0.0.1:${closed.port}/health`, { headers: { host } })).status).toBe(421);
});

test('a port in use is named with the remedy', async () => {
  const { port } = await start();
  const failure = await startMetricsServer({ port, registry: createRegistry() }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ListenError);
  expect(failure).toMatchObject({
    code: 'OBS_PORT_IN_USE',
    message: `port ${port} on 127.0.0.1 is already in use; choose another port, 0 for any free one, or stop the program that holds it`,
  });
});

test('an address of another machine and a port out of range have their own causes', async () => {
  await expect(startMetricsServer({ port: 0, address: '192.0.2.1' })).rejects.toMatchObject({
    code: 'OBS_ADDRESS_UNKNOWN',
  });
  await expect(startMetricsServer({ port: 70_000 })).rejects.toMatchObject({ code: 'OBS_PORT_INVALID' });
  expect(toListenError({ not: 'an error' }, { port: 1, address: 'x' }).code).toBe('OBS_LISTEN_FAILED');
});

test('the url names the port that was found', async () => {
  const server = await start();
  expect(server.port).toBeGreaterThan(0);
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  const six = await start({ address: '::1' }).catch(() => null);
  if (six !== null) expect((await ask(`${six.url}/health`)).status).toBe(200);
});

test('close ends idle and hanging connections within its time, frees the port, and may be repeated', async () => {
  const server = await start({ health: () => new Promise(() => {}) });
  const idle = connect(server.port, '127.0.0.1');
  const ended = new Promise((resolve) => idle.once('close', resolve));
  const hanging = ask(`${server.url}/health`).catch((error: unknown) => error);
  await new Promise((resolve) => idle.once('connect', resolve));
  await Promise.all([server.close(20), server.close(20)]);
  expect(await hanging).toBeInstanceOf(Error);
  await ended;
  const again = await start({ port: server.port });
  expect(again.port).toBe(server.port);
});

test('a client that goes away in the middle of a scrape does no harm', async () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 50_000 } } });
  for (let i = 0; i < 50_000; i++) done.inc({ item: `item ${i}` });
  const { url } = await start({ registry });
  for (let i = 0; i < 3; i++) {
    await new Promise<void>((resolve) => {
      const asked = request(`${url}/metrics`, { agent: false }, (response) => {
        response.once('data', () => {
          asked.destroy();
          resolve();
        });
      });
      asked.on('error', () => {});
      asked.end();
    });
  }
  expect((await ask(`${url}/health`)).status).toBe(200);
});

test('scrapes at the same time are all answered in full', async () => {
  const { url } = await start();
  const replies = await Promise.all(Array.from({ length: 20 }, () => ask(`${url}/metrics`)));
  expect(replies.every(({ status, body }) => status === 200 && body.includes('done_total 3\n'))).toBe(true);
});

test('a health report that hangs is answered as down at its deadline', async () => {
  const { url } = await start({ health: () => new Promise(() => {}), healthTimeoutMs: 5 });
  const reply = await ask(`${url}/health`);
  expect([reply.status, reply.body.toString()]).toEqual([503, '{"status":"down"}\n']);
});

test('a health report that is no JSON is answered as down', async () => {
  const report: { status: 'ok'; self?: unknown } = { status: 'ok' };
  report.self = report;
  const { url } = await start({ health: () => report });
  expect((await ask(`${url}/health`)).status).toBe(503);
});

test('the reply comes before the scraper gives up, with what is there', async () => {
  const registry = createRegistry();
  registry.counter({ name: 'done_total', help: 'h' });
  registry.addCollector({ name: 'never', metrics: [], collect: () => new Promise<void>(() => {}) });
  const { url } = await start({ registry, collectorTimeoutMs: 600_000 });
  const { body } = await ask(`${url}/metrics`, { headers: { 'x-prometheus-scrape-timeout-seconds': '0.020000' } });
  expect(body.toString()).toContain('done_total 0\n');
  expect(body.toString()).toContain('metrics_collector_errors_total{collector="never"} 1\n');
});

test('a client that takes neither gzip nor an unchanged body gets 406', async () => {
  const { url } = await start();
  const reply = await ask(`${url}/metrics`, { headers: { 'accept-encoding': 'gzip;q=0, identity;q=0' } });
  expect(reply.status).toBe(406);
});

/** What comes back for raw bytes until the connection ends. */
function talk(port: number, ...sent: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
    for (const text of sent) socket.write(text);
  });
}

test('headers beyond 8 KiB and requests that are none are refused, and the server goes on', async () => {
  const { port, url } = await start();
  expect(await talk(port, `GET /metrics HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(10_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 431 /,
  );
  expect(await talk(port, '\0\0 no HTTP\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  expect((await ask(`${url}/health`)).status).toBe(200);
});

test('a request that does not come to its end is cut off', { timeout: 15_000 }, async () => {
  const { port } = await start();
  expect(await talk(port, 'GET /metrics HTTP/1.1\r\nhost: localhost\r\nx: y')).toMatch(/^HTTP\/1.1 408 /);
});

test('a body is not read: the connection ends with the refusal', async () => {
  const { port } = await start();
  const request = 'POST /metrics HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000000\r\n\r\n';
  expect(await talk(port, request, 'x'.repeat(1000))).toMatch(/^HTTP\/1.1 405 /);
});

test('a client that stops reading holds the writer back, and closing ends it in time', async () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 200_000 } } });
  for (let i = 0; i < 200_000; i++) done.inc({ item: `item ${i} ${'x'.repeat(50)}` });
  let written = 0;
  const counting = {
    ...registry,
    async *renderBytes(options: Parameters<typeof registry.renderBytes>[0]) {
      for await (const chunk of registry.renderBytes(options)) {
        written += chunk.length;
        yield chunk;
      }
    },
  };
  const server = await start({ registry: counting });
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n');
  let before = -1;
  while (written === 0 || written !== before) {
    before = written;
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  // All of it is 16 MB; the kernel's buffers of a loopback connection take a few.
  expect(written).toBeLessThan(12_000_000);
  await server.close(20);
  socket.destroy();
});

test('closing lets a running scrape end, and then does not wait for its connection', async () => {
  const registry = createRegistry();
  let release = () => {};
  const started = new Promise<void>((resolve) => {
    registry.addCollector({
      name: 'slow',
      metrics: [],
      collect: () =>
        new Promise<void>((end) => {
          release = end;
          resolve();
        }),
    });
  });
  const server = await start({ registry, collectorTimeoutMs: 600_000 });
  const agent = new Agent({ keepAlive: true });
  const reply = new Promise<number | undefined>((resolve) => {
    request(`${server.url}/metrics`, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    }).end();
  });
  await started;
  const closed = server.close(600_000);
  release();
  expect(await reply).toBe(200);
  await closed;
  agent.destroy();
});

test('a connection that the system could not hand over does not end the process, and the server goes on', async () => {
  const { url } = await start();
  const found: Server[] = [];
  const find = (message: unknown) => found.push((message as { readonly server: Server }).server);
  subscribe('http.server.request.start', find);
  await ask(url);
  unsubscribe('http.server.request.start', find);
  expect(() => found[0]?.emit('error', new Error('accept ENOBUFS'))).not.toThrow();
  expect((await ask(url)).status).toBe(200);
});

test('a request may name its target in full, as proxies do', async () => {
  const { url, port } = await start();
  const asked = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  expect(await asked(`${url}/metrics?x=1`)).toBe(200);
  expect(await asked(`${url}`)).toBe(200);
  expect(await asked('http://example.com/metrics')).toBe(421);
});

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  problemSchema,
  scanAcceptedSchema,
  scanListSchema,
  scanRecordViewSchema,
  tokenDetailSchema,
  tokenListSchema,
} from '@autotrader/contracts';
import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atMs, failedScan, scoredScan } from '../testing/scan-fixtures.ts';
import { createTestApi, type TestApi, wellHealth } from '../testing/test-api.ts';

let recorder: Recorder;
let opened: TestApi[];

beforeEach(() => {
  recorder = createRecorder();
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((test) => test.close()));
  recorder.close();
});

async function start(options: Parameters<typeof createTestApi>[0] = {}): Promise<TestApi> {
  const test = await createTestApi(options);
  opened.push(test);
  return test;
}

function ask({ api }: TestApi, options: InjectOptions): Promise<LightMyRequestResponse> {
  return api.app.inject({ ...options, headers: { host: '127.0.0.1', ...options.headers } });
}

function post(test: TestApi, payload: unknown, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  return ask(test, {
    method: 'POST',
    url: '/api/scans',
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
}

function problemOf(response: LightMyRequestResponse) {
  expect(response.headers['content-type']).toContain('application/problem+json');
  const problem = problemSchema.parse(response.json());
  expect(problem.status).toBe(response.statusCode);
  expect(problem.trace_id).toBe(response.headers['x-trace-id']);
  expect(problem.trace_id).toMatch(/^[0-9a-f]{32}$/);
  return problem;
}

describe('tokens', () => {
  it('are listed with their newest scan, the others as not scanned', async () => {
    const test = await start();
    await test.store.complete(scoredScan());
    await test.store.complete(failedScan());
    const { tokens, market } = tokenListSchema.parse((await ask(test, { url: '/api/tokens' })).json());
    expect(market).toBe('simulated');
    expect(
      tokens.map(({ symbol, latest }) => [symbol, latest?.state ?? null, latest?.gem_score?.value ?? null]),
    ).toEqual([
      ['UNI', 'success', 54.2],
      ['ETH', 'failure', null],
      ['LINK', null, null],
    ]);
  });

  it('do not show the scan of another token with the same symbol', async () => {
    const test = await start();
    await test.store.complete(scoredScan({ token: { symbol: 'UNI', coingeckoId: 'unicorn' } }));
    const { tokens } = tokenListSchema.parse((await ask(test, { url: '/api/tokens' })).json());
    expect(tokens[0]).toMatchObject({ symbol: 'UNI', latest: null });
  });

  it('are shown one by one, whatever the case of the symbol', async () => {
    const test = await start();
    await test.store.complete(scoredScan());
    const detail = tokenDetailSchema.parse((await ask(test, { url: '/api/tokens/uni' })).json());
    expect(detail.scan?.result).toMatchObject({ status: 'success', verdict: 'watch' });
    expect(detail.notice).toContain('not financial advice');
  });

  it('that are unknown are a 404 with the nearest', async () => {
    const problem = problemOf(await ask(await start(), { url: '/api/tokens/UNII' }));
    expect(problem).toMatchObject({ status: 404, code: 'SRV_TOKEN_UNKNOWN', nearest: ['UNI'] });
  });
});

describe('scans', () => {
  it('are asked for by symbol, shown as queued, and not twice', async () => {
    const test = await start();
    const response = await post(test, { symbols: ['uni', 'ETH', 'UNI'] });
    expect(response.statusCode).toBe(202);
    expect(scanAcceptedSchema.parse(response.json())).toEqual({
      scans: [
        { id: 'asked-1', token_symbol: 'UNI' },
        { id: 'asked-2', token_symbol: 'ETH' },
      ],
    });
    expect((await post(test, {})).json()).toMatchObject({
      scans: [{ id: 'asked-1' }, { id: 'asked-2' }, { id: 'asked-3' }],
    });
    const { tokens } = tokenListSchema.parse((await ask(test, { url: '/api/tokens' })).json());
    expect(tokens.map(({ waiting }) => waiting)).toEqual(['queued', 'queued', 'queued']);
    expect(scanRecordViewSchema.parse((await ask(test, { url: '/api/scans/asked-2' })).json())).toMatchObject({
      token: { symbol: 'ETH' },
      state: 'queued',
      result: null,
    });
  });

  it('carry the trace of the request to whoever runs them', async () => {
    const test = await start();
    const response = await post(test, { symbols: ['UNI'] });
    const queued = await test.store.claim('worker', atMs, 60_000);
    expect(queued?.traceparent).toContain(String(response.headers['x-trace-id']));
  });

  it('of an unknown symbol are refused whole', async () => {
    const test = await start();
    expect(problemOf(await post(test, { symbols: ['UNI', 'NOPE'] }))).toMatchObject({
      status: 404,
      code: 'SRV_TOKEN_UNKNOWN',
    });
    expect(await test.store.depth()).toMatchObject({ queued: 0 });
  });

  it('are listed newest first, by status if wanted', async () => {
    const test = await start();
    await test.store.complete(scoredScan());
    await post(test, { symbols: ['ETH'] });
    const list = async (query: string) =>
      scanListSchema
        .parse((await ask(test, { url: `/api/scans${query}` })).json())
        .scans.map(({ token_symbol }) => token_symbol);
    expect(await list('')).toEqual(['ETH', 'UNI']);
    expect(await list('?status=success')).toEqual(['UNI']);
    expect(await list('?limit=1')).toEqual(['ETH']);
  });

  it.each(['?status=done', '?limit=0', '?limit=x', '?limit=501', '?page=2'])(
    'with the query %s are refused',
    async (query) => {
      const problem = problemOf(await ask(await start(), { url: `/api/scans${query}` }));
      expect(problem).toMatchObject({ status: 400, code: 'SRV_BAD_REQUEST' });
      expect(problem.errors).toHaveLength(1);
    },
  );

  it('that do not exist are a 404', async () => {
    expect(problemOf(await ask(await start(), { url: '/api/scans/none' }))).toMatchObject({
      status: 404,
      code: 'SRV_SCAN_UNKNOWN',
    });
  });
});

describe('hostile input', () => {
  it.each<[string, unknown]>([
    ['an unknown key', { symbol: ['UNI'] }],
    ['a text for a list', { symbols: 'UNI' }],
    ['an empty list', { symbols: [] }],
    ['a symbol of a thousand characters', { symbols: ['A'.repeat(1_000)] }],
    ['a list for an object', ['UNI']],
    ['null', 'null'],
    ['a prototype', '{"__proto__": {"symbols": ["UNI"]}}'],
    ['half of a JSON', '{"symbols": ['],
    ['nothing', ''],
  ])('%s is a 400 that says what is wrong', async (_what, payload) => {
    expect(problemOf(await post(await start(), payload))).toMatchObject({ status: 400, code: 'SRV_BAD_REQUEST' });
  });

  it('twenty thousand brackets are a 400', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    expect(problemOf(await post(await start(), `{"symbols":${deep}}`))).toMatchObject({ status: 400 });
  });

  it('ten megabytes are a 413', async () => {
    const large = JSON.stringify({ symbols: ['A'.repeat(10_000_000)] });
    expect(problemOf(await post(await start(), large))).toMatchObject({ status: 413, code: 'SRV_BODY_TOO_LARGE' });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])('%s is a 415', async (type) => {
    const response = await post(await start(), '{}', { 'content-type': type });
    expect(problemOf(response)).toMatchObject({ status: 415, code: 'SRV_MEDIA_TYPE_REFUSED' });
  });

  it('control characters in a symbol are a 404 that shows them escaped', async () => {
    const problem = problemOf(
      await ask(await start(), { url: `/api/tokens/${encodeURIComponent('\u001b[31m\u0000')}` }),
    );
    expect(problem.status).toBe(404);
    expect(problem.detail).toContain('\\u001b');
  });

  it.each(['/api/tokens/%E0%A4%A', '/api/tokens/%'])('the malformed address %s is a 400', async (url) => {
    const response = await ask(await start(), { url });
    expect(problemOf(response)).toMatchObject({ status: 400, code: 'SRV_BAD_REQUEST' });
    expect(response.headers['x-content-type-options']).toBe('nosniff');
  });

  it('a very long symbol in the address is refused and not repeated', async () => {
    const response = await ask(await start(), { url: `/api/tokens/${'A'.repeat(5_000)}` });
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.body.length).toBeLessThan(1_000);
  });

  it('another host is refused everywhere, also where nothing is', async () => {
    const test = await start();
    for (const url of ['/', '/api/tokens', '/health', '/api/docs/', '/nothing']) {
      const response = await ask(test, { url, headers: { host: 'rebound.example' } });
      expect([url, response.statusCode]).toEqual([url, 403]);
      expect(problemOf(response).code).toBe('SRV_HOST_REFUSED');
    }
  });

  it('a page of another origin cannot ask for scans', async () => {
    const response = await post(await start(), {}, { origin: 'https://evil.example' });
    expect(problemOf(response)).toMatchObject({ status: 403, code: 'SRV_ORIGIN_REFUSED' });
  });
});

describe('bytes that are no request', () => {
  async function sendBytes(bytes: string): Promise<string> {
    const { api } = await start();
    const { port } = new URL((await api.listen(0)).url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(bytes);
    return text(socket);
  }

  it.each([
    ['garbage', 'GARBAGE\r\n\r\n', 400, 'SRV_BAD_REQUEST'],
    [
      'a header without end',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`,
      431,
      'SRV_HEADERS_TOO_LARGE',
    ],
    [
      'two lengths',
      'POST /api/scans HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}',
      400,
      'SRV_BAD_REQUEST',
    ],
    ['no host', 'GET /api/tokens HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'SRV_BAD_REQUEST'],
    [
      'an expectation',
      'GET /nothing HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: tea\r\nconnection: close\r\n\r\n',
      404,
      'SRV_ROUTE_UNKNOWN',
    ],
  ])('%s are answered as problem details', async (_what, bytes, status, code) => {
    const [head = '', body = ''] = (await sendBytes(bytes)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    const problem = problemSchema.parse(JSON.parse(body));
    expect(problem).toMatchObject({ status, code });
    expect(head).toContain(`x-trace-id: ${problem.trace_id}`);
  });
});

describe('errors', () => {
  it.each(['/api/scans/', '/api/tokens/'])('of an address that is too long below %s speak of no body', async (url) => {
    const { status, detail } = problemOf(await ask(await start(), { url: `${url}${'a'.repeat(5_000)}` }));
    expect(status).toBe(400);
    expect(detail).toContain('address');
  });

  it('at an unknown address are a 404, with a wrong method a 405 that names the right ones', async () => {
    const test = await start();
    expect(problemOf(await ask(test, { url: '/api/nothing' }))).toMatchObject({
      status: 404,
      code: 'SRV_ROUTE_UNKNOWN',
    });
    const wrong = await ask(test, { method: 'DELETE', url: '/api/tokens/UNI' });
    expect(problemOf(wrong)).toMatchObject({ status: 405, code: 'SRV_METHOD_REFUSED' });
    expect(wrong.headers['allow']).toBe('GET, HEAD');
  });

  it('of the store are a 503 without its words, which the log has', async () => {
    const test = await start({
      wrap: (store) => ({ ...store, latest: () => Promise.reject(new Error('SQLITE_BUSY /secret/path')) }),
    });
    const response = await ask(test, { url: '/api/tokens' });
    expect(problemOf(response)).toMatchObject({ status: 503, code: 'SRV_STORE_DOWN' });
    expect(response.body).not.toContain('secret');
    expect(recorder.line('store_failed')).toMatchObject({ error: { message: expect.stringContaining('SQLITE_BUSY') } });
  });

  it('nobody foresaw are a 500 that tells nothing of the inside', async () => {
    const test = await start({ health: () => Promise.reject(new Error('a bug in /secret/file.ts')) });
    const response = await ask(test, { url: '/health' });
    expect(problemOf(response)).toMatchObject({ status: 500, code: 'SRV_INTERNAL' });
    expect(response.body).not.toContain('secret');
    expect(response.body).not.toContain(' at ');
    expect(recorder.line('api_request_failed')).toMatchObject({ error: { message: 'a bug in /secret/file.ts' } });
  });

  it('in a reply of our own are a 500 and never a wrong value', async () => {
    const test = await start({ health: () => Promise.resolve({ ...wellHealth, status: 'fine' } as never) });
    expect(problemOf(await ask(test, { url: '/health' }))).toMatchObject({ status: 500, code: 'SRV_INTERNAL' });
  });
});

describe('health', () => {
  it('is live, ready and explained', async () => {
    const test = await start();
    expect((await ask(test, { url: '/health/live' })).json()).toEqual({ status: 'ok' });
    expect((await ask(test, { url: '/health/ready' })).json()).toEqual(wellHealth);
    expect((await ask(test, { url: '/health' })).statusCode).toBe(200);
  });

  it('is ready while degraded and not while down, and live in both', async () => {
    const degraded = await start({ health: () => Promise.resolve({ ...wellHealth, status: 'degraded' }) });
    expect((await ask(degraded, { url: '/health/ready' })).statusCode).toBe(200);
    const down = await start({ health: () => Promise.resolve({ ...wellHealth, status: 'down' }) });
    expect((await ask(down, { url: '/health/ready' })).statusCode).toBe(503);
    expect((await ask(down, { url: '/health/live' })).statusCode).toBe(200);
  });
});

describe('a token', () => {
  const token = 'a-token-of-sixteen+';

  it('is needed to listen where other machines reach it', async () => {
    await expect(createTestApi({ host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'SRV_BIND_WITHOUT_TOKEN',
      exitCode: 2,
    });
    await start({ host: '0.0.0.0', token });
  });

  it('is asked for by everything that shows or changes data', async () => {
    const test = await start({ token });
    for (const url of [
      '/api/tokens',
      '/api/tokens/UNI',
      '/api/scans',
      '/api/scans/x',
      '/page/data/tokens',
      '/page/data/tokens/UNI',
    ]) {
      const refused = await ask(test, { url });
      expect([url, refused.statusCode]).toEqual([url, 401]);
      expect(refused.headers['www-authenticate']).toContain('Bearer');
      const shown = await ask(test, { url, headers: { authorization: `Bearer ${token}` } });
      expect([url, shown.statusCode]).not.toEqual([url, 401]);
    }
    expect((await post(test, {})).statusCode).toBe(401);
    expect((await post(test, {}, { authorization: `Bearer ${token}` })).statusCode).toBe(202);
  });

  it('cannot be got around by writing the address differently', async () => {
    const test = await start({ token });
    for (const url of [
      '/%61pi/tokens',
      '/api/%74okens',
      '//api/tokens',
      '/api/tokens/',
      '/api/docs/../tokens',
      '/api/docs/..%2ftokens',
    ]) {
      const response = await ask(test, { url });
      expect([url, response.statusCode === 401 || response.statusCode === 404]).toEqual([url, true]);
    }
  });

  it('is not asked for by health, the reference and the frame of the page, which shows no data then', async () => {
    const test = await start({ token });
    for (const url of ['/health', '/health/live', '/api/openapi.json', '/api/docs/', '/page/style.css']) {
      expect([url, (await ask(test, { url })).statusCode]).toEqual([url, 200]);
    }
    const page = await ask(test, { url: '/' });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toContain('data-row');
  });
});

describe('every response', () => {
  it.each(['/', '/api/tokens', '/nothing', '/page/script.js', '/health'])(
    'of %s carries a trace id and the security headers',
    async (url) => {
      const { headers } = await ask(await start(), { url });
      expect(headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
    },
  );
});

describe('the API reference', () => {
  it('describes every route that is not part of the page, with its errors', async () => {
    const document = (await ask(await start(), { url: '/api/openapi.json' })).json();
    expect(document.openapi).toBe('3.1.0');
    const routes = Object.entries<Record<string, { operationId: string; responses: object }>>(document.paths).flatMap(
      ([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.toSorted()).toEqual([
      'GET /api/scans',
      'GET /api/scans/{id}',
      'GET /api/tokens',
      'GET /api/tokens/{symbol}',
      'GET /health',
      'GET /health/live',
      'GET /health/ready',
      'POST /api/scans',
    ]);
    expect(Object.keys(document.paths['/api/scans'].post.responses)).toEqual(
      expect.arrayContaining(['202', '400', '401', '404', '413', '415']),
    );
    for (const path of ['/api/scans/{id}', '/api/tokens/{symbol}'])
      expect(Object.keys(document.paths[path].get.responses)).toEqual(['200', '400', '401', '404', '503']);
  });

  it('refers to nothing that it does not have', async () => {
    const document = (await ask(await start(), { url: '/api/openapi.json' })).json();
    const text = JSON.stringify(document);
    const wanted = new Set([...text.matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, name]) => name));
    expect(Object.keys(document.components.schemas).toSorted()).toEqual([...wanted].toSorted());
    expect(wanted.size).toBeGreaterThan(10);
  });

  it('is shown without anything from another host', async () => {
    const test = await start();
    const page = await ask(test, { url: '/api/docs/' });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/(src|href)="https?:/);
    const initializer = await ask(test, { url: '/api/docs/static/swagger-initializer.js' });
    expect(initializer.statusCode).toBe(200);
    expect((await ask(test, { url: '/api/docs/static/swagger-ui-bundle.js' })).statusCode).toBe(200);
  });
});

describe('telemetry', () => {
  it('counts by route and never by address', async () => {
    const { api } = await start();
    const { url } = await api.listen(0);
    for (const symbol of ['UNI', 'ETH']) await (await fetch(`${url}/api/tokens/${symbol}`)).text();
    const labels = { method: 'GET', endpoint: '/api/tokens/:symbol', status_code: '200' };
    await vi.waitFor(() => recorder.expectMetric('api_requests_total', labels, 2));
  });
});

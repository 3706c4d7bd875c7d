import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiClient, createClient } from './client.ts';

let server: Server;
let client: ApiClient;
let reply: { status: number; body: string };
let asked: { method: string; url: string; authorization: string | undefined; type: string | undefined; body: string }[];

beforeEach(async () => {
  asked = [];
  reply = { status: 200, body: '{}' };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const { authorization, 'content-type': type } = request.headers;
      asked.push({ method: request.method ?? '', url: request.url ?? '', authorization, type, body });
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = createClient({ baseUrl: `http://127.0.0.1:${port}`, fetch, token: 'a-token-of-sixteen+' });
});

afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

describe('the client', () => {
  it('asks as the contract says, with the token', async () => {
    reply.body = JSON.stringify({ scans: [{ id: 'a', token_symbol: 'UNI' }] });
    expect(await client.requestScans({ symbols: ['UNI'] })).toEqual({ scans: [{ id: 'a', token_symbol: 'UNI' }] });
    expect(asked).toEqual([
      {
        method: 'POST',
        url: '/api/scans',
        authorization: 'Bearer a-token-of-sixteen+',
        type: 'application/json',
        body: '{"symbols":["UNI"]}',
      },
    ]);
  });

  it('keeps a hostile symbol inside its place in the address', async () => {
    await client.token('../scans?x=1#').catch(() => undefined);
    await client.scans({ status: 'success', limit: 5 }).catch(() => undefined);
    expect(asked.map(({ url }) => url)).toEqual([
      '/api/tokens/..%2Fscans%3Fx%3D1%23',
      '/api/scans?status=success&limit=5',
    ]);
  });

  it('throws the problem that the API answered', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'no such token',
      code: 'SRV_TOKEN_UNKNOWN',
      trace_id: null,
      nearest: ['UNI'],
    };
    reply = { status: 404, body: JSON.stringify(problem) };
    await expect(client.token('UNII')).rejects.toMatchObject({
      code: 'SRV_TOKEN_UNKNOWN',
      status: 404,
      message: 'no such token',
      problem,
    });
  });

  it.each([
    ['an error page', 502, '<html>Bad Gateway</html>'],
    ['no JSON', 200, 'hello'],
    ['another JSON', 200, '{"tokens": "none"}'],
  ])('takes %s for an unexpected reply and never for a value', async (_what, status, body) => {
    reply = { status, body };
    await expect(client.tokens()).rejects.toMatchObject({ code: 'API_UNEXPECTED_REPLY', status });
  });

  it('reads the health report also when the service is down', async () => {
    const health = {
      status: 'down',
      service: 'autotrader',
      version: '1',
      market: 'live',
      as_of: '2026-11-22T10:00:00.000Z',
      checks: { store: { status: 'down', cause: 'gone', age_seconds: 0, duration_seconds: 0 } },
    };
    reply = { status: 503, body: JSON.stringify(health) };
    expect(await client.health()).toEqual(health);
  });
});

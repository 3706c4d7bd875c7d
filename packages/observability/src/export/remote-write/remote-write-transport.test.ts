import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { judgeRemoteWriteReply, openRemoteWriteTransport } from './remote-write-transport.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startReceiver(status: number, headers: Readonly<Record<string, string>> = {}, text = '') {
  const asked: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ headers: request.headers, body: Buffer.concat(chunks) });
      reply.writeHead(status, headers).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/write` };
}

const body = new TextEncoder().encode('series '.repeat(1_000));
const batch = {
  signal: 'metrics',
  body,
  contentType: 'application/x-protobuf',
  records: 1,
  isImportant: false,
} as const;

async function send(url: string) {
  const transport = await openRemoteWriteTransport({ url, headers: { authorization: 'Bearer x' }, tls: {} });
  ends.push(() => transport.close());
  return transport.send(batch, AbortSignal.timeout(5_000));
}

test('a request says its version and goes compressed with snappy', async () => {
  const { url, asked } = await startReceiver(204);
  expect(await send(url)).toEqual({ kind: 'sent' });
  expect(asked[0]?.headers).toMatchObject({
    'content-encoding': 'snappy',
    'content-type': 'application/x-protobuf',
    'x-prometheus-remote-write-version': '0.1.0',
    authorization: 'Bearer x',
  });
  expect(asked[0]?.headers['user-agent']).toBeTruthy();
  const { uncompress } = (await import('snappyjs')) as unknown as { uncompress(bytes: Uint8Array): Uint8Array };
  expect(Buffer.from(uncompress(asked[0]?.body ?? Buffer.of())).equals(body)).toBe(true);
  expect(asked[0]?.body.length).toBeLessThan(body.length / 5);
});

test('what a receiver finds wrong is in the reason', async () => {
  const { url } = await startReceiver(400, {}, 'out of order sample\n');
  expect(await send(url)).toEqual({ kind: 'refused', reason: 'HTTP 400 out of order sample' });
});

test('a receiver that is not there may be later', async () => {
  const { url } = await startReceiver(204);
  await ends.pop()?.();
  expect(await send(url)).toMatchObject({ kind: 'unavailable' });
});

test.each([
  [200, 'sent'],
  [204, 'sent'],
  [302, 'refused'],
  [400, 'refused'],
  [401, 'refused'],
  [404, 'refused'],
  [409, 'refused'],
  // Halves of it would be what OTLP makes of them.
  [413, 'refused'],
  [429, 'unavailable'],
  [500, 'unavailable'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
])('status %d: %s', (status, kind) => {
  const reply = { status, headers: { 'retry-after': '7' }, body: new Uint8Array() };
  const outcome = judgeRemoteWriteReply(reply as never, 0);
  expect(outcome).toMatchObject(kind === 'unavailable' ? { kind, retryAfterMs: 7_000 } : { kind });
});

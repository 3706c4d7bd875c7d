import { connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { encodeMetricsRequest } from '../otlp/encode-request.ts';
import {
  pointOf,
  post,
  resourceOf,
  type Sending,
  send,
  smallRequest,
  startTestReceiver,
  sumOf,
  type TestReceiver,
  type TestReceiverOptions,
  talk,
  types,
} from './receiver.fixture.ts';

const receivers: TestReceiver[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close(0)));
});

async function start(options: TestReceiverOptions = {}): Promise<TestReceiver> {
  const receiver = await startTestReceiver(options);
  receivers.push(receiver);
  return receiver;
}

function open(port: number, ...sent: readonly (string | Uint8Array)[]): Socket {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  for (const bytes of sent) socket.write(bytes);
  return socket;
}

const line = 'POST /v1/metrics HTTP/1.1\r\n';
const head = `${line}host: localhost\r\ncontent-type: ${types.json}\r\n`;
const small = Buffer.from(smallRequest('json')).toString();
const whole = `${head}content-length: ${small.length}\r\n\r\n${small}`;
const last = 'connection: close\r\n';

/** What of the protocol itself is broken, and the status it gets; the connection ends with it. */
const broken: readonly (readonly [what: string, status: number | string, sent: string])[] = [
  ['two lengths', 400, `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
  ['two equal lengths', 400, `${head}content-length: 2\r\ncontent-length: 2\r\n\r\n{}`],
  ['a length and chunks', 400, `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunks and a length', 400, `${head}transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n0\r\n\r\n`],
  ['chunks not last', 400, `${head}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
  ['chunks by another name', 400, `${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['a length with a sign', 400, `${head}content-length: +2\r\n\r\n{}`],
  ['a length that is none', 400, `${head}content-length: 2, 2\r\n\r\n{}`],
  ['a length in hex', 400, `${head}content-length: 0x2\r\n\r\n{}`],
  ['a length beyond numbers', 400, `${head}content-length: 99999999999999999999999\r\n\r\n`],
  ['a space before the colon', 400, `${head}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
  ['a folded header', 400, `${head}transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
  ['NUL in a header', 400, `${head}x: a\0b\r\n\r\n`],
  ['a lone LF in a header', 400, `${head}x: a\ncontent-length: 2\r\n\r\n{}`],
  ['a lone CR in a header', 400, `${head}x: a\rb\r\n\r\n`],
  ['NUL in the path', 400, 'POST /v1/met\0rics HTTP/1.1\r\nhost: localhost\r\n\r\n'],
  ['a chunk that is none', 400, `${head}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`],
  ['a chunk longer than numbers', 400, `${head}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n`],
  ['two hosts', 400, `${head}host: localhost\r\ncontent-length: 0\r\n${last}\r\n`],
  ['two content types', 400, `${head}content-type: ${types.json}\r\n${last}content-length: 2\r\n\r\n{}`],
  ['two authorizations', 400, `${head}authorization: a\r\nauthorization: b\r\n${last}content-length: 2\r\n\r\n{}`],
  ['no host', 400, `${line}content-length: 0\r\n\r\n`],
  ['headers beyond their limit', 431, `${head}x: ${'a'.repeat(20_000)}\r\n\r\n`],
  // Whether what stands between names and values counts as length, versions of Node see differently.
  ['headers without number', '400 or 431', `${head}${last}${'a: b\r\n'.repeat(5_000)}\r\n`],
  ['long headers without number', 431, `${head}${'a: bcd\r\n'.repeat(5_000)}\r\n`],
  ['no HTTP', 400, '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'],
  ['HTTP/2', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['an invented version', 400, 'POST /v1/metrics HTTP/9.9\r\nhost: localhost\r\n\r\n'],
];

test.each(broken)('%s is answered with %s, and the receiver goes on', async (_what, status, sent) => {
  const { port, url, updates } = await start();
  const statuses = String(status).replace(' or ', '|');
  expect(await talk(port, sent)).toMatch(new RegExp(`^HTTP/1.1 (?:${statuses}) `));
  expect(updates).toEqual([]);
  expect((await post(url, 'json', small)).status).toBe(200);
});

test('a request hidden in the body of another is its body', async () => {
  const { port, updates } = await start();
  const replies = await talk(port, `${head}content-length: ${whole.length}\r\n${last}\r\n${whole}`);
  expect(replies.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 400']);
  expect(updates).toEqual([]);
});

test('requests one behind the other are answered in their order', async () => {
  const { port, updates } = await start();
  const closing = `${head}${last}content-length: 1\r\n\r\n{`;
  const replies = await talk(port, whole.repeat(20) + closing);
  expect(replies.match(/HTTP\/1.1 \d+/g)).toEqual([
    ...Array.from({ length: 20 }, () => 'HTTP/1.1 200'),
    'HTTP/1.1 400',
  ]);
  expect(updates).toHaveLength(20);
});

test('HTTP/1.0 is answered, and the connection ends', async () => {
  const { port } = await start();
  const old = `POST /v1/metrics HTTP/1.0\r\nhost: localhost\r\ncontent-type: ${types.json}\r\n`;
  expect(await talk(port, `${old}content-length: ${small.length}\r\n\r\n${small}`)).toMatch(/^HTTP\/1.1 200 /);
  expect(await talk(port, `POST /v1/metrics HTTP/1.0\r\ncontent-length: 2\r\n\r\n{}`)).toMatch(/^HTTP\/1.1 421 /);
});

test('chunks may be of single bytes, with extensions and trailers', async () => {
  const { port, updates } = await start();
  const chunks = [...small].map((character) => `1;a=b\r\n${character}\r\n`).join('');
  const reply = await talk(port, `${head}${last}transfer-encoding: chunked\r\n\r\n${chunks}0\r\nx: y\r\n\r\n`);
  expect(reply).toMatch(/^HTTP\/1.1 200 /);
  expect(updates).toHaveLength(1);
});

test('chunks without end are cut off at the limit', async () => {
  const { port } = await start({ limits: { maxBodyBytes: 100_000 } });
  const socket = open(port, `${head}transfer-encoding: chunked\r\n\r\n`);
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const chunk = `2710\r\n${'x'.repeat(10_000)}\r\n`;
  const writing = setInterval(() => socket.write(chunk), 1);
  await closed;
  clearInterval(writing);
  expect(received).toMatch(/^HTTP\/1.1 413 /);
});

test('a request that is not whole in time is cut off, and costs nobody else anything', {
  timeout: 20_000,
}, async () => {
  const { port, url } = await start();
  const slow = Array.from({ length: 200 }, () => open(port, line));
  const ends = slow.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
  for (const socket of slow) socket.resume();
  expect((await post(url, 'json', small)).status).toBe(200);
  await Promise.all(ends);
});

test.each([
  ['before its body', `${head}content-length: 100\r\n\r\n`],
  ['within its body', `${head}content-length: 100\r\n\r\n{"re`],
  ['within a chunk', `${head}transfer-encoding: chunked\r\n\r\n5\r\nab`],
  ['within gzip', `${head}content-encoding: gzip\r\ncontent-length: 100\r\n\r\n\x1f\x8b\x08`],
])('a connection reset %s is one that was aborted, and nothing of it stays', async (_when, sent) => {
  const { port, url, registry } = await start();
  const socket = open(port, Buffer.from(sent, 'latin1'));
  await vi.waitFor(() => expect(registry.value('otlp_receiver_active_requests')).toBe(1));
  socket.resetAndDestroy();
  await vi.waitFor(() => expect(registry.value('otlp_receiver_requests_total', { outcome: 'aborted' })).toBe(1));
  expect(registry.value('otlp_receiver_active_requests')).toBe(0);
  expect((await post(url, 'json', small)).status).toBe(200);
});

test('a sender that leaves before the answer does no harm', async () => {
  const { port, url, updates } = await start();
  for (let i = 0; i < 20; i++)
    open(port, whole).once('connect', function (this: Socket) {
      this.end();
      this.destroySoon();
    });
  await vi.waitFor(async () => expect((await post(url, 'json', small)).status).toBe(200));
  expect(updates.length).toBeGreaterThan(0);
});

const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const nested = (depth: number) => `${'{"arrayValue":{"values":['.repeat(depth)}${']}}'.repeat(depth)}`;
const inAttribute = (value: string) =>
  `{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":${value}}]},"scopeMetrics":[]}]}`;

test.each([
  ['20 000 lists', deep(20_000)],
  ['20 000 lists that stay open', '['.repeat(20_000)],
  ['1 000 000 lists', deep(500_000)],
  ['20 000 values within values', inAttribute(nested(20_000))],
  ['NUL', '\0'],
  ['bytes that are no UTF-8', '\xff\xfe'],
  ['a number', '1'],
  ['null', 'null'],
  ['a list', '[]'],
  ['another type', '{"resourceMetrics":{}}'],
  ['null within', '{"resourceMetrics":[null]}'],
])('JSON of %s is undecodable', async (_what, body) => {
  const { url } = await start({ limits: { maxBodyBytes: 4 * 1024 * 1024 } });
  const reply = await post(url, 'json', Buffer.from(body, 'latin1'));
  expect(reply.status).toBe(400);
  expect(reply.body.length).toBeLessThan(1_000);
});

test('names from the language itself are names as others', async () => {
  const { url, updates } = await start();
  const attributes = ['__proto__', 'constructor', 'toString'].map((key) => ({ key, value: { stringValue: key } }));
  const body = JSON.stringify({ resourceMetrics: [{ resource: { attributes }, scopeMetrics: [] }], toString: 1 });
  expect((await post(url, 'json', body.replace('{', '{"__proto__":{"polluted":1},'))).status).toBe(200);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(Object.keys(updates[0]?.metrics[0]?.resource.attributes ?? {})).toEqual([
    '__proto__',
    'constructor',
    'toString',
  ]);
});

test('odd requests add no series: 400 of them leave as many as one', async () => {
  const { url, registry } = await start({ access: { bearerTokens: ['a-token-of-many-letters'] } });
  const series = () => registry.samples().length;
  await post(url, 'json', small);
  const before = series();
  for (let i = 0; i < 100; i++) {
    const odd: readonly Sending[] = [
      { path: `/odd/${i}` },
      { method: `ODD${i}`.slice(0, 3) === 'ODD' ? 'PUT' : 'GET', path: `/v1/metrics?x=${i}` },
      { headers: { host: `host-${i}.example` } },
      { headers: { 'content-type': `odd/type${i}`, authorization: 'Bearer a-token-of-many-letters' }, body: 'x' },
    ];
    await Promise.all(odd.map((sending) => send(url, sending)));
  }
  expect(series()).toBe(before);
  expect(registry.value('otlp_receiver_requests_total')).toBe(401);
});

test('a long request leaves turns to others', async () => {
  const { url, updates } = await start({ limits: { maxBodyBytes: 64 * 1024 * 1024 } });
  const points = Array.from({ length: 30_000 }, (_, i) => pointOf(i, { item: `item ${i}` }));
  let turns = 0;
  const count = () => {
    turns += 1;
    if (updates.length < 20) setImmediate(count);
  };
  for (const encoding of ['protobuf', 'json'] as const) {
    const body = encodeMetricsRequest([resourceOf('a', sumOf('done', points))], encoding);
    updates.length = 0;
    turns = 0;
    setImmediate(count);
    expect((await post(url, encoding, body)).status).toBe(200);
    expect(turns).toBeGreaterThan(body.length / (64 * 1024));
  }
});

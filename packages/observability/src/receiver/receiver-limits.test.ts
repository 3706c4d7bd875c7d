import { request } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { decodeStatus } from '../otlp/responses.ts';
import { createRecorder } from '../testing/index.ts';
import {
  post,
  send,
  smallRequest,
  startTestReceiver,
  type TestReceiver,
  type TestReceiverOptions,
  talk,
  types,
} from './receiver.fixture.ts';

const receivers: TestReceiver[] = [];

afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close(0)));
});

async function start(options: TestReceiverOptions = {}): Promise<TestReceiver> {
  const receiver = await startTestReceiver(options);
  receivers.push(receiver);
  return receiver;
}

const gzip = { 'content-encoding': 'gzip' };
const maxBodyBytes = 100_000;

test('the length counts after decompression, to the byte', async () => {
  const { url } = await start({ limits: { maxBodyBytes } });
  const fits = `{"a":"${'x'.repeat(maxBodyBytes - 8)}"}`;
  for (const [body, status] of [
    [fits, 400], // Read whole; then it is found to be one long value.
    [`${fits} `, 413],
  ] as const) {
    expect((await post(url, 'json', body)).status).toBe(status);
    expect((await post(url, 'json', body, { 'transfer-encoding': 'chunked' })).status).toBe(status);
    expect((await post(url, 'json', gzipSync(body), gzip)).status).toBe(status);
    expect((await post(url, 'json', gzipSync(body, { level: 0 }), gzip)).status).toBe(status);
  }
});

test('a gzip bomb is stopped at the limit, and nothing of it stays', async () => {
  const { url, registry } = await start({ limits: { maxBodyBytes } });
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
  const reply = await post(url, 'protobuf', bomb, gzip);
  expect(reply.status).toBe(413);
  expect(decodeStatus(reply.body, 'protobuf').message).toContain(
    'longer than 100000 bytes after decompression; send less at once',
  );
  expect(registry.value('otlp_receiver_requests_total', { outcome: 'too_large' })).toBe(1);
  // As many as the receiver holds, and one more: had the memory of one not been given back, the last would be refused.
  for (let i = 0; i < 3; i++) expect((await post(url, 'protobuf', bomb, gzip)).status).toBe(413);
  expect((await post(url, 'protobuf', gzipSync(smallRequest('protobuf')), gzip)).status).toBe(200);
});

test.each([
  ['deflate', deflateSync(smallRequest('json'))],
  ['gzip, identity', gzipSync(smallRequest('json'))],
  ['compress', smallRequest('json')],
])('%s is none of the encodings, and the reply says which there are', async (encoding, body) => {
  const { url } = await start();
  const reply = await post(url, 'json', body, { 'content-encoding': encoding });
  expect([reply.status, reply.headers['accept-encoding']]).toEqual([415, 'gzip, identity']);
});

test.each(['application/json; charset=utf-8', 'APPLICATION/JSON', ' application/json ;x="y;z"'])(
  'the content type %j is JSON',
  async (type) => {
    const { url } = await start();
    expect((await send(url, { headers: { 'content-type': type }, body: smallRequest('json') })).status).toBe(200);
  },
);

test.each(['GZIP', 'x-gzip', 'identity', ''])('the encoding %j is known', async (encoding) => {
  const { url } = await start();
  const small = smallRequest('json');
  const body = /gzip/i.test(encoding) ? gzipSync(small) : small;
  expect((await post(url, 'json', body, { 'content-encoding': encoding })).status).toBe(200);
});

test.each([
  ['cut off', gzipSync(smallRequest('protobuf')).subarray(0, -6)],
  ['changed', Buffer.from(gzipSync(Buffer.alloc(5_000, 'some text'))).fill(7, 20, 30)],
  ['without bytes', Buffer.alloc(0)],
])('gzip that is %s is undecodable', async (_how, body) => {
  const { url } = await start();
  expect((await post(url, 'protobuf', body, gzip)).status).toBe(400);
});

test('beyond the rate of one address 429 says when to come again', async () => {
  let now = 0;
  const { url, registry } = await start({ limits: { maxRequestsPerSecond: 2 }, now: () => now });
  const statuses = async (count: number) => {
    const replies = [];
    for (let i = 0; i < count; i++) replies.push(await post(url, 'json', smallRequest('json')));
    return replies.map(({ status, headers }) => [status, headers['retry-after']]);
  };
  expect(await statuses(3)).toEqual([
    [200, undefined],
    [200, undefined],
    [429, '1'],
  ]);
  expect(registry.value('otlp_receiver_requests_total', { outcome: 'rate_limited' })).toBe(1);
  now = 1_000;
  expect(await statuses(1)).toEqual([[200, undefined]]);
});

test('beyond the requests at one time 503 says when to come again, and when one is over the next is taken', async () => {
  const { url, port, registry } = await start({ limits: { maxConcurrentRequests: 1 } });
  const small = smallRequest('protobuf');
  const socket = connect(port, '127.0.0.1');
  const answered = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
  const head = `POST /v1/metrics HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${types.protobuf}\r\n`;
  socket.write(`${head}content-length: ${small.length}\r\n\r\n`);
  await vi.waitFor(() => expect(registry.value('otlp_receiver_active_requests')).toBe(1));
  const full = await post(url, 'protobuf', small);
  expect([full.status, full.headers['retry-after']]).toEqual([503, '1']);
  socket.write(small);
  expect(await answered).toMatch(/^HTTP\/1.1 200 /);
  expect((await post(url, 'protobuf', small)).status).toBe(200);
  socket.destroy();
});

test('bodies that are read at the same time take no more memory than two of the longest', async () => {
  const { url, port, registry } = await start({ limits: { maxBodyBytes } });
  const head = `POST /v1/metrics HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${types.protobuf}\r\n`;
  const sockets = [1, 2].map(() => connect(port, '127.0.0.1'));
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.write(`${head}content-length: ${maxBodyBytes}\r\n\r\n`);
    socket.write(Buffer.alloc(maxBodyBytes - 1));
  }
  await vi.waitFor(() => expect(registry.value('otlp_receiver_active_requests')).toBe(2));
  await vi.waitFor(async () => {
    const reply = await post(url, 'protobuf', Buffer.alloc(50_000));
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '1']);
  });
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(() => expect(registry.value('otlp_receiver_active_requests')).toBe(0));
  expect(registry.value('otlp_receiver_requests_total', { outcome: 'aborted' })).toBe(2);
  expect((await post(url, 'protobuf', Buffer.alloc(50_000))).status).toBe(400);
});

test('those who do not say who they are send nothing, and their body is not waited for', async () => {
  const { url, port, updates } = await start({ access: { bearerTokens: ['a-token-of-many-letters'] } });
  const reply = await post(url, 'protobuf', smallRequest('protobuf'));
  expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Bearer realm="metrics"']);
  expect(decodeStatus(reply.body, 'protobuf')).toEqual({
    code: 16,
    message: expect.stringContaining('metrics.access'),
  });
  const head = `POST /v1/metrics HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${types.json}\r\n`;
  expect(await talk(port, `${head}transfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n`)).toMatch(/^HTTP\/1.1 401 /);
  expect(updates).toEqual([]);
  const authorization = 'Bearer a-token-of-many-letters';
  expect((await post(url, 'protobuf', smallRequest('protobuf'), { authorization })).status).toBe(200);
});

test('who asks before sending is told at once whether to', async () => {
  const { url, port } = await start({ limits: { maxBodyBytes } });
  const asked = (length: number) =>
    new Promise<string>((resolve, reject) => {
      const headers = { expect: '100-continue', 'content-type': types.protobuf, 'content-length': length };
      const asking = request(`${url}/v1/metrics`, { method: 'POST', headers, agent: false });
      let isTold = '';
      asking.on('continue', () => {
        isTold = 'continue ';
        asking.end(Buffer.alloc(length));
      });
      asking.on('response', (response) => {
        response.resume();
        resolve(`${isTold}${response.statusCode}`);
      });
      asking.on('error', reject);
      asking.flushHeaders();
    });
  expect(await asked(10)).toBe('continue 400');
  expect(await asked(maxBodyBytes + 1)).toBe('413');
  const other = `POST /v1/metrics HTTP/1.1\r\nhost: localhost\r\nexpect: cake\r\nconnection: close\r\n\r\n`;
  expect(await talk(port, other)).toMatch(/^HTTP\/1.1 417 /);
});

test('a merge that throws is a fault of ours, told in one line, and the next request is taken', async () => {
  const recorder = createRecorder();
  let calls = 0;
  const merge = {
    update() {
      calls += 1;
      if (calls === 1) throw new Error('why');
      return { accepted: 1, refused: 0, reasons: {} };
    },
    silent() {},
    end() {},
  };
  const { url } = await start({ merge });
  expect((await post(url, 'json', smallRequest('json'))).status).toBe(500);
  expect(recorder.lines('receiver_request_failed')).toHaveLength(1);
  expect((await post(url, 'json', smallRequest('json'))).status).toBe(200);
  recorder.close();
});

test('on an address others can reach, one warning says that everybody may send', async () => {
  const recorder = createRecorder();
  await start({ address: '0.0.0.0' });
  expect(recorder.lines('receiver_open_to_network')).toEqual([expect.objectContaining({ level: 'WARNING' })]);
  recorder.clear();
  await start({ address: '0.0.0.0', access: { bearerTokens: ['a-token-of-many-letters'] } });
  await start();
  expect(recorder.lines('receiver_open_to_network')).toEqual([]);
  recorder.close();
});

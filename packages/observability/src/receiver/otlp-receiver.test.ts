import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { encodeMetricsRequest } from '../otlp/encode-request.ts';
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts';
import { decodeExportResponse, decodeStatus } from '../otlp/responses.ts';
import {
  countPoints,
  createRecordingMerge,
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

const both = ['protobuf', 'json'] as const satisfies readonly OtlpEncoding[];

test.each(both)('takes metrics in %s and answers in it', async (encoding) => {
  const { url, updates } = await start();
  const reply = await post(url, encoding, smallRequest(encoding));
  expect([reply.status, reply.headers['content-type']]).toEqual([200, types[encoding]]);
  expect(decodeExportResponse(reply.body, 'metrics', encoding)).toEqual({ rejected: 0, message: '' });
  expect(updates).toEqual([
    {
      source: expect.objectContaining({ job: 'shop', instance: 'a' }),
      metrics: [resourceOf('a', sumOf('done', [pointOf(3)]))],
    },
  ]);
});

test('an empty request is fine', async () => {
  const { url } = await start();
  const empty = await post(url, 'protobuf', '');
  expect([empty.status, empty.body.length]).toEqual([200, 0]);
  const json = await post(url, 'json', '{}');
  expect([json.status, json.body.toString()]).toEqual([200, '{}']);
});

test.each(both)('long ones in %s are taken whole, in pieces', async (encoding) => {
  const { url, updates } = await start({ limits: { maxBodyBytes: 64 * 1024 * 1024 } });
  const points = Array.from({ length: 5_000 }, (_, i) => pointOf(i, { item: `item ${i}`, 'a "name" \\': '{[' }));
  const metrics = [
    resourceOf('a', sumOf('first', points), sumOf('second', [pointOf(1)])),
    resourceOf('b', sumOf('x', [])),
  ];
  const reply = await post(url, encoding, gzipSync(encodeMetricsRequest(metrics, encoding)), {
    'content-encoding': 'gzip',
  });
  expect(reply.status).toBe(200);
  expect(updates.length).toBeGreaterThan(3);
  expect(countPoints(updates.flatMap((update) => update.metrics))).toBe(5_001);
});

test.each(both)('what was not taken is told with counts and reasons, in %s', async (encoding) => {
  const { merge } = createRecordingMerge(() => ({
    accepted: 1,
    refused: 3,
    reasons: { max_series: 2, invalid_name: 1 },
  }));
  const { url, registry } = await start({ merge });
  const reply = await post(url, encoding, smallRequest(encoding));
  expect(reply.status).toBe(200);
  expect(decodeExportResponse(reply.body, 'metrics', encoding)).toEqual({
    rejected: 3,
    message: '3 data points were not taken: 2 max_series, 1 invalid_name',
  });
  expect(registry.value('otlp_receiver_requests_total', { outcome: 'partial' })).toBe(1);
  expect(registry.value('otlp_receiver_points_rejected_total', { reason: 'max_series' })).toBe(2);
  expect(registry.value('otlp_receiver_points_accepted_total')).toBe(1);
});

const refused: readonly (readonly [why: string, status: number, headers: object, sending: Sending])[] = [
  ['a GET', 405, { allow: 'POST' }, { method: 'GET' }],
  ['a preflight', 405, { allow: 'POST' }, { method: 'OPTIONS' }],
  ['an invented method', 405, { allow: 'POST' }, { method: 'PROPFIND', headers: { 'content-length': 0 } }],
  ['another path', 404, {}, { path: '/v1/metric' }],
  ['the path of traces', 404, {}, { path: '/v1/traces' }],
  ['the path of logs', 404, {}, { path: '/v1/logs' }],
  ['no content type', 415, {}, {}],
  ['another content type', 415, {}, { headers: { 'content-type': 'text/plain' } }],
  ['another encoding', 415, {}, { headers: { 'content-type': types.json, 'content-encoding': 'br' } }],
  ['an encoding of two', 415, {}, { headers: { 'content-type': types.json, 'content-encoding': 'gzip, gzip' } }],
  ['a host that was not meant', 421, {}, { headers: { host: 'evil.example', 'content-type': types.json } }],
  ['no JSON', 400, {}, { headers: { 'content-type': types.json }, body: '{' }],
  ['no body in JSON', 400, {}, { headers: { 'content-type': types.json } }],
  ['no protobuf', 400, {}, { headers: { 'content-type': types.protobuf }, body: 'no protobuf' }],
  ['no gzip', 400, {}, { headers: { 'content-type': types.protobuf, 'content-encoding': 'gzip' }, body: 'x' }],
];

test.each(refused)('%s is answered with %d and a Status, and no CORS', async (_why, status, headers, sending) => {
  const { url, updates } = await start();
  const reply = await send(url, { body: 'x', ...sending });
  expect(reply).toMatchObject({ status, headers });
  const encoding = reply.headers['content-type'] === types.protobuf ? 'protobuf' : 'json';
  expect(decodeStatus(reply.body, encoding)).toEqual({
    code: expect.any(Number),
    message: expect.stringMatching(/\w/),
  });
  expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect(updates).toEqual([]);
});

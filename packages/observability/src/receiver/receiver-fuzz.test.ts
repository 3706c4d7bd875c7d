import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMergedMetrics, type MergedMetrics } from '../merge/merged-metrics.ts';
import { joinText } from '../metrics/exposition/output-text.ts';
import { parseStrictly } from '../metrics/exposition/parser/strict-parser.fixture.ts';
import { encodeMetricsRequest } from '../otlp/encode-request.ts';
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts';
import { decodeExportResponse, decodeStatus } from '../otlp/responses.ts';
import {
  pointOf,
  type Reply,
  resourceOf,
  startTestReceiver,
  sumOf,
  type TestReceiver,
  types,
} from './receiver.fixture.ts';

let receiver: TestReceiver;
let merged: MergedMetrics;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

beforeAll(async () => {
  merged = createMergedMetrics({ rules: {}, instance: 'each', expiryMs: 60_000, maxSeries: 2_000, maxSources: 50 });
  receiver = await startTestReceiver({ merge: merged, limits: { maxBodyBytes: 300_000 } });
});

afterAll(async () => {
  agent.destroy();
  await receiver.close(0);
});

interface Sent {
  readonly encoding: OtlpEncoding;
  readonly isGzip: boolean;
  readonly isChunked: boolean;
  readonly body: Uint8Array;
}

function send({ encoding, isGzip, isChunked, body }: Sent): Promise<Reply> {
  const headers = {
    'content-type': types[encoding],
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    ...(isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(`${receiver.url}/v1/metrics`, { method: 'POST', headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const names = fc.oneof(fc.string({ unit: 'binary', maxLength: 10 }), fc.constantFrom('a', 'b_total', 'target_info'));
const values = fc.oneof(fc.double(), fc.integer());
const metric = fc
  .tuple(names, fc.array(fc.tuple(values, fc.dictionary(names, names, { maxKeys: 3 })), { maxLength: 4 }), fc.nat(600))
  .map(([name, points, times]) => {
    const list = points.map(([value, attributes]) => pointOf(value, attributes));
    return sumOf(name, Array.from({ length: times }, () => list).flat());
  });
const requests = fc.array(fc.tuple(names, fc.array(metric, { maxLength: 3 })), { maxLength: 3 });
const encodings = fc.constantFrom<OtlpEncoding>('protobuf', 'json');

type Change = readonly [kind: 'set' | 'remove' | 'insert' | 'cut' | 'double', at: number, byte: number];
const changes = fc.array(fc.tuple(fc.constantFrom('set', 'remove', 'insert', 'cut', 'double'), fc.nat(), fc.nat(255)), {
  maxLength: 4,
}) as fc.Arbitrary<readonly Change[]>;

function change(body: Uint8Array, [kind, where, byte]: Change): Uint8Array {
  const at = body.length === 0 ? 0 : where % body.length;
  const [before, after] = [body.subarray(0, at), body.subarray(at)];
  switch (kind) {
    case 'set':
      return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
    case 'remove':
      return Buffer.concat([before, after.subarray(1 + (byte % 16))]);
    case 'insert':
      return Buffer.concat([before, Buffer.alloc(1 + (byte % 40), byte), after]);
    case 'cut':
      return before;
    case 'double':
      return Buffer.concat([body, after]);
  }
}

const valid = fc.tuple(requests, encodings).map(([resources, encoding]) => ({
  encoding,
  body: encodeMetricsRequest(
    resources.map(([instance, metrics]) => resourceOf(instance, ...metrics)),
    encoding,
  ),
}));
const mutated = fc
  .tuple(valid, changes)
  .map(([{ encoding, body }, steps]) => ({ encoding, body: steps.reduce(change, body) }));
const random = fc.record({ encoding: encodings, body: fc.uint8Array({ maxLength: 2_000 }) });
const json = fc.json({ maxDepth: 6 }).map((text) => ({ encoding: 'json' as const, body: Buffer.from(text) }));
const bodies = fc.oneof({ weight: 5, arbitrary: mutated }, valid, random, json);

const sent: fc.Arbitrary<Sent> = fc
  .tuple(bodies, fc.constantFrom('plain', 'gzip', 'broken gzip', 'said to be gzip'), changes, fc.boolean())
  .map(([{ encoding, body }, form, steps, isChunked]) => {
    const isGzip = form !== 'plain';
    const packed = form === 'plain' || form === 'said to be gzip' ? body : gzipSync(body);
    return { encoding, isGzip, isChunked, body: form === 'broken gzip' ? steps.reduce(change, packed) : packed };
  });

test('whatever is sent is answered with 200, 400 or 413 in the encoding it was sent in', {
  timeout: 60_000,
}, async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(sent, async (sending) => {
      const reply = await send(sending);
      seen.add(reply.status);
      expect([200, 400, 413]).toContain(reply.status);
      expect(reply.headers['content-type']).toBe(types[sending.encoding]);
      if (reply.status === 200) decodeExportResponse(reply.body, 'metrics', sending.encoding);
      else expect(decodeStatus(reply.body, sending.encoding).message).toMatch(/\w/);
    }),
    { numRuns: 1_500, interruptAfterTimeLimit: 20_000 },
  );
  expect([...seen].sort()).toEqual([200, 400, 413]);
  expect(receiver.registry.value('otlp_receiver_active_requests')).toBe(0);
  expect(receiver.registry.value('otlp_receiver_requests_total', { outcome: 'failed' })).toBe(0);
});

test('what is left of it can be shown in every format', async () => {
  for (const format of ['text', 'openmetrics'] as const) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of merged.renderBytes({ format })) chunks.push(chunk);
    parseStrictly(joinText(chunks), format);
  }
  expect(merged.size().sources).toBeLessThanOrEqual(50);
  expect(merged.size().series).toBeLessThanOrEqual(2_000);
});

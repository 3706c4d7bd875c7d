import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata, ServerCredentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeLogsRequest, encodeTracesRequest } from '../../otlp/encode-request.ts';
import { decodeForeign, requestTypes } from '../../otlp/protocol.fixture.ts';
import { encodeExportResponse } from '../../otlp/responses.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import { clientIdentity, serverIdentity, testAuthority } from '../transport/certificates.fixture.ts';
import {
  type GrpcAnswer,
  type GrpcReceiver,
  retryInfo,
  startGrpcReceiver,
} from '../transport/grpc-receiver.fixture.ts';
import type { Transport } from '../transport/transport.ts';
import { toResourceLogs } from './encode-lines.ts';
import { openOtlpTransport } from './open-otlp-transport.ts';
import type { OtlpRoute } from './otlp-route.ts';

const logs = toResourceLogs(['{"level":"INFO","event":"started"}'], { attributes: { 'service.name': 'shop' } });
const batch: EncodedBatch = {
  signal: 'logs',
  body: encodeLogsRequest(logs, 'protobuf'),
  contentType: 'application/x-protobuf',
  records: 1,
  isImportant: false,
};
const patience = (ms = 5_000): AbortSignal => AbortSignal.timeout(ms);

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function receive(...parts: Parameters<typeof startGrpcReceiver>): Promise<GrpcReceiver> {
  const receiver = await startGrpcReceiver(...parts);
  opened.push(receiver);
  return receiver;
}

async function open(
  route: Partial<OtlpRoute>,
  use = { signal: 'logs', timeoutMs: 5_000 } as const,
): Promise<Transport> {
  const plain = { url: '', headers: {}, protocol: 'grpc', compression: 'gzip', tls: {} } as const;
  const transport = await openOtlpTransport({ ...plain, ...route }, use);
  opened.push(transport);
  return transport;
}

describe('OTLP over gRPC', () => {
  let receiver: GrpcReceiver;
  let url = '';
  beforeEach(async () => {
    receiver = await receive();
    url = `http://127.0.0.1:${receiver.port}`;
  });

  it('calls the collector of the signal with the headers of the configuration and a deadline', async () => {
    const before = Date.now();
    const transport = await open({ url, headers: { 'X-Team': 'core\n', 'trace-bin': 'aGk=', 'content-type': 'x' } });
    expect(await transport.send(batch, patience())).toEqual({ kind: 'sent' });
    const [call] = receiver.received;
    expect(call?.path).toBe('/opentelemetry.proto.collector.logs.v1.LogsService/Export');
    expect(call?.metadata.get('x-team')).toEqual(['core']);
    expect(call?.metadata.get('trace-bin')).toEqual([Buffer.from('hi')]);
    expect(call?.metadata.get('user-agent')[0]).toMatch(/^Autotrader-OTLP-Exporter-JavaScript\//);
    expect(call?.deadlineMs).toBeGreaterThan(before);
    expect(call?.deadlineMs).toBeLessThan(before + 60_000);
    expect(decodeForeign(requestTypes.logs, call?.message ?? Buffer.alloc(0))).toMatchObject({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'started', severityNumber: 9 }] }] }],
    });
  });

  it.each(['gzip', 'none'] as const)('sends with compression %s what is understood', async (compression) => {
    const transport = await open({ url, compression });
    expect(await transport.send({ ...batch, body: Buffer.alloc(50_000, 'x') }, patience())).toEqual({ kind: 'sent' });
    expect(receiver.received[0]?.message.equals(Buffer.alloc(50_000, 'x'))).toBe(true);
  });

  it('sends on what had been encoded for another protocol before a restart', async () => {
    const traces = encodeTracesRequest([{ resource: { attributes: { 'service.name': 'shop' } }, scopes: [] }], 'json');
    const transport = await open({ url }, { signal: 'traces', timeoutMs: 5_000 } as never);
    const old: EncodedBatch = { ...batch, signal: 'traces', body: traces, contentType: 'application/json' };
    expect(await transport.send(old, patience())).toEqual({ kind: 'sent' });
    expect(decodeForeign(requestTypes.traces, receiver.received[0]?.message ?? Buffer.alloc(0))).toMatchObject({
      resourceSpans: [{ resource: { attributes: [{ key: 'service.name' }] } }],
    });
    const rubbish: EncodedBatch = { ...old, body: Buffer.from('{') };
    expect(await transport.send(rubbish, patience())).toMatchObject({ kind: 'refused' });
  });

  it.each<[string, GrpcAnswer, object]>([
    ['CANCELLED', { code: 1, details: 'x' }, { kind: 'unavailable', reason: 'gRPC CANCELLED x' }],
    ['UNKNOWN', { code: 2, details: 'x' }, { kind: 'refused', reason: 'gRPC status 2 x' }],
    ['INVALID_ARGUMENT', { code: 3, details: 'bad span' }, { kind: 'refused', reason: 'gRPC status 3 bad span' }],
    ['DEADLINE_EXCEEDED', { code: 4, details: 'x' }, { kind: 'unavailable', reason: 'gRPC DEADLINE_EXCEEDED x' }],
    ['NOT_FOUND', { code: 5, details: 'x' }, { kind: 'refused', reason: 'gRPC status 5 x' }],
    ['ALREADY_EXISTS', { code: 6, details: 'x' }, { kind: 'refused', reason: 'gRPC status 6 x' }],
    ['PERMISSION_DENIED', { code: 7, details: 'x' }, { kind: 'refused', reason: 'gRPC status 7 x' }],
    ['RESOURCE_EXHAUSTED', { code: 8, details: 'x' }, { kind: 'refused', reason: 'gRPC status 8 x' }],
    [
      'RESOURCE_EXHAUSTED that says when',
      { code: 8, details: 'x', metadata: retryInfo(2, 500_000_000) },
      { kind: 'unavailable', reason: 'gRPC status 8 x', retryAfterMs: 2_500 },
    ],
    ['FAILED_PRECONDITION', { code: 9, details: 'x' }, { kind: 'refused', reason: 'gRPC status 9 x' }],
    ['ABORTED', { code: 10, details: 'x' }, { kind: 'unavailable', reason: 'gRPC ABORTED x' }],
    ['OUT_OF_RANGE', { code: 11, details: 'x' }, { kind: 'unavailable', reason: 'gRPC OUT_OF_RANGE x' }],
    ['UNIMPLEMENTED', { code: 12, details: 'x' }, { kind: 'refused', reason: 'gRPC status 12 x' }],
    ['INTERNAL', { code: 13, details: 'x' }, { kind: 'refused', reason: 'gRPC status 13 x' }],
    ['UNAVAILABLE', { code: 14, details: 'x' }, { kind: 'unavailable', reason: 'gRPC UNAVAILABLE x' }],
    [
      'UNAVAILABLE that says when, but asks for too much',
      { code: 14, details: 'x', metadata: retryInfo(100_000) },
      { kind: 'unavailable', reason: 'gRPC UNAVAILABLE x', retryAfterMs: 300_000 },
    ],
    ['DATA_LOSS', { code: 15, details: 'x' }, { kind: 'unavailable', reason: 'gRPC DATA_LOSS x' }],
    ['UNAUTHENTICATED', { code: 16, details: 'x' }, { kind: 'refused', reason: 'gRPC status 16 x' }],
    [
      'a part that was not kept',
      encodeExportResponse({ rejected: 1, message: 'too old' }, 'logs', 'protobuf'),
      { kind: 'sent', rejected: 1, reason: 'too old' },
    ],
    ['rubbish', new Uint8Array([255, 255]), { kind: 'sent' }],
    ['more than anybody reads', new Uint8Array(80_000), { kind: 'sent' }],
  ])('takes the answer %s as the protocol means it', async (_name, answer, outcome) => {
    receiver.answer = answer;
    expect(await (await open({ url })).send(batch, patience())).toEqual(outcome);
    expect(receiver.received).toHaveLength(1);
  });

  it('does not trip over details that are none', async () => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from([26, 200, 1]));
    receiver.answer = { code: 8, details: 'x', metadata };
    expect(await (await open({ url })).send(batch, patience())).toMatchObject({ kind: 'refused' });
  });

  it('asks for shorter messages where one is beyond what the receiver takes', async () => {
    const transport = await open({ url, compression: 'none' });
    expect(await transport.send({ ...batch, body: Buffer.alloc(200_000) }, patience())).toMatchObject({
      kind: 'too_large',
    });
  });

  it('gives up on a silent receiver, by its own deadline or when it is told to', async () => {
    receiver.answer = 'silence';
    const noAnswer = { kind: 'unavailable', reason: 'no answer in time' };
    expect(await (await open({ url })).send(batch, patience(100))).toEqual(noAnswer);
    expect(await (await open({ url })).send(batch, AbortSignal.abort())).toEqual(noAnswer);
    const hasty = await open({ url }, { signal: 'logs', timeoutMs: 100 } as never);
    expect(await hasty.send(batch, patience())).toMatchObject({ reason: expect.stringContaining('DEADLINE_EXCEEDED') });
  });

  it('settles what is under way when it is closed', async () => {
    receiver.answer = 'silence';
    const transport = await open({ url });
    const sending = transport.send(batch, patience(1_000));
    await expect.poll(() => receiver.received.length).toBe(1);
    transport.close();
    expect(await sending).toMatchObject({ kind: 'unavailable' });
  });

  it('finds a receiver again that was away', async () => {
    const transport = await open({ url });
    await transport.send(batch, patience());
    await receiver.close();
    expect(await transport.send(batch, patience())).toMatchObject({ kind: 'unavailable' });
    await receive(ServerCredentials.createInsecure(), receiver.port);
    await expect.poll(() => transport.send(batch, patience(1_000)), { timeout: 5_000 }).toEqual({ kind: 'sent' });
  });

  it('does not throw where something else listens', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.push(server);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const transport = await open({ url: `http://127.0.0.1:${port}` });
    expect(await transport.send(batch, patience(500))).toMatchObject({ kind: 'unavailable' });
  });

  it('repeats no secret that a receiver quotes', async () => {
    receiver.answer = { code: 16, details: 'unknown token hunter2hunter2' };
    const transport = await open({ url, headers: { authorization: 'Bearer hunter2hunter2' } });
    expect(await transport.send(batch, patience())).toEqual({
      kind: 'refused',
      reason: 'gRPC status 16 unknown token (secret)',
    });
  });

  it('is not opened with a header that gRPC cannot carry, which is named without its value', async () => {
    const opening = open({ url, headers: { 'x-name': 'hunter2 é' } });
    await expect(opening).rejects.toThrow(/header x-name/);
    await expect(opening).rejects.not.toThrow(/hunter2/);
  });
});

describe('OTLP over gRPC and TLS', () => {
  let folder = '';
  const path = (name: string): string => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grpc-'));
    await writeFile(path('ca.pem'), testAuthority);
    await writeFile(path('client.pem'), clientIdentity.cert);
    await writeFile(path('client.key'), clientIdentity.key);
  });
  afterEach(() => rm(folder, { recursive: true }));

  function secure(asksForCertificate: boolean): Promise<GrpcReceiver> {
    const { cert, key } = serverIdentity;
    const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
    return receive(ServerCredentials.createSsl(Buffer.from(testAuthority), [pair], asksForCertificate));
  }

  it('speaks to whom it can trust, and to nobody else', async () => {
    const url = `https://127.0.0.1:${(await secure(false)).port}`;
    const knowing = await open({ url, tls: { ca_file: path('ca.pem') } });
    expect(await knowing.send(batch, patience())).toEqual({ kind: 'sent' });
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await (await open({ url })).send(batch, patience(2_000))).toMatchObject({ kind: 'unavailable' });
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('shows its own certificate to a receiver that asks for one', async () => {
    const url = `https://127.0.0.1:${(await secure(true)).port}`;
    const tls = { ca_file: path('ca.pem'), cert_file: path('client.pem'), key_file: path('client.key') };
    expect(await (await open({ url, tls })).send(batch, patience())).toEqual({ kind: 'sent' });
    expect(await (await open({ url, tls: { ca_file: path('ca.pem') } })).send(batch, patience(2_000))).toMatchObject({
      kind: 'unavailable',
    });
  });
});

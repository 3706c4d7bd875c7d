import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FinishedSpan } from '../tracing/finished-span.ts';
import { startSdk } from '../tracing/sdk.ts';
import { createOtlpSender } from './otlp-http.ts';
import { toOtlpTraces } from './otlp-trace-json.ts';

interface Seen {
  readonly path: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: unknown;
}

let server: Server;
let url = '';
let seen: Seen[] = [];
let reply: { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'endless' = { status: 200 };

beforeEach(async () => {
  seen = [];
  reply = { status: 200, body: '{}' };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      seen.push({ path: request.url, headers: request.headers, body: JSON.parse(body) });
      if (reply === 'hang') return;
      if (reply === 'endless') {
        response.writeHead(200);
        const more = (): void => {
          while (response.write('x'.repeat(65_536)));
        };
        response.on('drain', more);
        more();
        return;
      }
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function makeSpans(): FinishedSpan[] {
  const spans: FinishedSpan[] = [];
  const sdk = startSdk({ serviceName: 'shop', environment: 'test', version: '1' }, { strategy: 'always_on' });
  sdk.onEnd = (span) => spans.push(span);
  const tracer = sdk.provider.getTracer('scope', '1.2');
  const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };
  const span = tracer.startSpan('work', {
    kind: SpanKind.CLIENT,
    attributes: { text: 'x', whole: 5, part: 0.5, yes: true, list: ['a', 'b'], numbers: [1, 2.5] },
    links: [{ context: remote, attributes: { why: 'batch' } }],
  });
  span.addEvent('happened', { n: 1 });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
  span.end();
  sdk.provider.getTracer('other').startSpan('second', { root: true }).end();
  return spans;
}

/** protobuf's JSON allows 64-bit integers as numbers too; the wire means the same. */
function withTextIntegers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, item) => (key === 'intValue' ? String(item) : item));
}

describe('the OTLP exporter', () => {
  const send = (): ReturnType<ReturnType<typeof createOtlpSender>> =>
    createOtlpSender({ url, headers: { 'x-team': 'core' }, fetch })(makeSpans(), AbortSignal.timeout(500));

  it('sends what the OpenTelemetry exporter sends', async () => {
    const spans = makeSpans();
    const theirs = new OTLPTraceExporter({ url });
    await new Promise((resolve) => theirs.export(spans as never, resolve));
    await theirs.shutdown();
    expect(JSON.parse(JSON.stringify(toOtlpTraces(spans)))).toEqual(withTextIntegers(seen[0]?.body));
  });

  it('posts JSON with the configured headers', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    expect(seen[0]).toMatchObject({
      path: '/v1/traces',
      headers: { 'content-type': 'application/json', 'x-team': 'core' },
    });
  });

  it('says NaN and infinities in text, which JSON numbers cannot', () => {
    const spans = makeSpans();
    Object.assign(spans[0]?.attributes ?? {}, { odd: Number.NaN, far: Number.POSITIVE_INFINITY });
    expect(JSON.stringify(toOtlpTraces(spans))).toContain('{"doubleValue":"NaN"}');
  });

  it.each([429, 502, 503, 504])('may try again after %i', async (status) => {
    reply = { status, headers: { 'retry-after': '7' }, body: 'busy' };
    expect(await send()).toEqual({ kind: 'unavailable', reason: `HTTP ${status} busy`, retryAfterMs: 7_000 });
  });

  it.each([
    ['Fri, 31 Dec 9999 23:59:59 GMT', { retryAfterMs: 300_000 }],
    ['Thu, 01 Jan 1970 00:00:00 GMT', { retryAfterMs: 0 }],
    ['soon', {}],
  ])('waits as a receiver asks that says %s', async (header, wait) => {
    reply = { status: 429, headers: { 'retry-after': header }, body: '' };
    expect(await send()).toEqual({ kind: 'unavailable', reason: 'HTTP 429', ...wait });
  });

  it.each([400, 401, 404, 413, 500, 302])('does not try again after %i', async (status) => {
    reply = { status, headers: { location: '/elsewhere' }, body: 'no' };
    expect(await send()).toMatchObject({ kind: 'refused' });
    expect(seen).toHaveLength(1);
  });

  it('reports what a partial success left out', async () => {
    reply = { status: 200, body: '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}' };
    expect(await send()).toEqual({ kind: 'sent', rejected: 1, reason: 'too old' });
  });

  it('reads no more of a reply than it needs', async () => {
    reply = 'endless';
    expect(await send()).toEqual({ kind: 'sent' });
  });

  it('gives up on a silent receiver', async () => {
    reply = 'hang';
    expect(await send()).toEqual({ kind: 'unavailable', reason: 'no answer in time' });
  });

  it('says why there is no connection', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await send()).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('ECONNREFUSED') });
  });
});

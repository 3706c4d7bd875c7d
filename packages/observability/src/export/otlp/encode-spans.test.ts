import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, it } from 'vitest';
import { decodeTracesRequest } from '../../otlp/decode-request.ts';
import { encodeTracesRequest } from '../../otlp/encode-request.ts';
import type { FinishedSpan } from '../../tracing/finished-span.ts';
import { startSdk } from '../../tracing/sdk.ts';
import { toResourceSpans } from './encode-spans.ts';

const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true };

function makeSpans(): FinishedSpan[] {
  const spans: FinishedSpan[] = [];
  const service = { serviceName: 'shop', environment: 'test', version: '1', limits: { eventCountLimit: 1 } };
  const sdk = startSdk(service, { strategy: 'always_on' });
  sdk.onEnd = (span) => spans.push(span);
  const { api } = sdk.packages;
  const tracer = sdk.provider.getTracer('scope', '1.2');
  const state = api.createTraceState('vendor=1,other=2');
  const parent = api.trace.setSpanContext(api.ROOT_CONTEXT, { ...remote, traceState: state });
  const attributes = { text: 'x', whole: 5, part: 0.5, yes: true, list: ['a', 'b'], numbers: [1, 2.5], big: 2 ** 52 };
  const links = [{ context: { ...remote, traceState: state }, attributes: { why: 'batch' } }, { context: remote }];
  const span = tracer.startSpan('work', { kind: SpanKind.CLIENT, attributes, links }, parent);
  span.addEvent('dropped');
  span.addEvent('happened', { n: 1 });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
  span.end();
  sdk.provider.getTracer('other').startSpan('second', { root: true }).end();
  return spans;
}

describe('spans as OTLP', () => {
  it.each([
    ['protobuf', ProtobufTraceSerializer],
    ['json', JsonTraceSerializer],
  ] as const)('are in %s what the serializer of OpenTelemetry makes of them', (encoding, serializer) => {
    const spans = makeSpans();
    const theirs = serializer.serializeRequest(spans as never) ?? new Uint8Array();
    const ours = encodeTracesRequest(toResourceSpans(spans), encoding);
    expect(decodeTracesRequest(ours, encoding)).toEqual(decodeTracesRequest(theirs, encoding));
  });

  it('say what was left out, and whether the parent was in another process', () => {
    const [resource] = toResourceSpans(makeSpans());
    expect(resource?.resource.attributes).toMatchObject({ 'service.name': 'shop', 'telemetry.sdk.language': 'nodejs' });
    const [work, second] = resource?.scopes.flatMap(({ spans }) => spans) ?? [];
    expect(work).toMatchObject({
      traceId: remote.traceId,
      parentSpanId: remote.spanId,
      traceState: 'vendor=1,other=2',
      flags: 0x301,
      kind: 3,
      droppedEventsCount: 1,
      links: [{ traceState: 'vendor=1,other=2', flags: 0x301 }, { traceState: '' }],
      status: { code: 2, message: 'no' },
    });
    expect(second).toMatchObject({ parentSpanId: '', flags: 0x101, status: { code: 0, message: '' } });
  });

  it('hold what is no number, and leave out what is undefined', () => {
    const [span] = makeSpans();
    Object.assign(span?.attributes ?? {}, { odd: Number.NaN, far: Number.POSITIVE_INFINITY, gone: undefined });
    Object.assign(span?.attributes ?? {}, { list: ['a', undefined, null] });
    for (const encoding of ['protobuf', 'json'] as const) {
      const body = encodeTracesRequest(toResourceSpans(span === undefined ? [] : [span]), encoding);
      const attributes = decodeTracesRequest(body, encoding)[0]?.scopes[0]?.spans[0]?.attributes;
      expect(attributes).toMatchObject({ odd: Number.NaN, far: Number.POSITIVE_INFINITY, list: ['a', null, null] });
      expect(attributes).not.toHaveProperty('gone');
    }
  });
});

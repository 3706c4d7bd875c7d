import { context, ROOT_CONTEXT, type Span, type Tracer, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toResourceSpans } from '../export/otlp/encode-spans.ts';
import type { FinishedSpan } from './finished-span.ts';
import { withRemoteParent } from './propagation/remote-parent.ts';
import { RequestSpan, requestSpansOf } from './request-span.ts';
import { type HeadSampling, startSdk, type TracingSdk } from './sdk.ts';
import { tracerName } from './tracing-state.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const service = { serviceName: 'shop', environment: 'test', version: '1' };

describe('the span of a request', () => {
  let sdk: TracingSdk;
  let tracer: Tracer;
  let ended: FinishedSpan[];
  const start = (sampling: HeadSampling = { strategy: 'always_on' }, limits = {}): void => {
    sdk = startSdk({ ...service, limits }, sampling);
    tracer = sdk.provider.getTracer(tracerName);
    sdk.onEnd = (span) => ended.push(span);
  };
  beforeEach(() => {
    ended = [];
    start();
  });
  afterEach(() => context.disable());

  function newSpan(name: string, parent = ROOT_CONTEXT): RequestSpan {
    const source = requestSpansOf(tracer);
    const own = source?.newContext(name, parent);
    if (source === undefined || own === undefined) throw new Error('no spans for requests');
    return new RequestSpan(name, own, { source, parent });
  }

  /** What receivers would get, but for ids and times. */
  function sent(span: FinishedSpan | undefined): unknown {
    const [group] = toResourceSpans(span === undefined ? [] : [span]);
    const data = group?.scopes[0]?.spans[0];
    if (data === undefined) return undefined;
    const { traceId: _t, spanId: _s, startTimeUnixNano: from, endTimeUnixNano: to, ...rest } = data;
    return { ...rest, events: rest.events.map(({ timeUnixNano: _time, ...event }) => event), lasted: to >= from };
  }

  const steps: Readonly<Record<string, (span: Span) => unknown>> = {
    attribute: (span) => span.setAttribute('a', 1),
    attributes: (span) => span.setAttributes({ b: 'x', c: [true] }),
    wrong: (span) => span.setAttribute('', 'x'),
    event: (span) => span.addEvent('seen', { at: 1 }),
    exception: (span) => span.recordException(new Error('late')),
    failed: (span) => span.setStatus({ code: 2, message: 'no' }),
    name: (span) => span.updateName('GET /other'),
    link: (span) => span.addLink({ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 } }),
    links: (span) => span.addLinks([]),
    recording: (span) => expect(span.isRecording()).toBe(true),
  };

  it('is sent as the SDK would have sent it, whatever the application does with it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(steps))), fc.boolean(), (done, hasParent) => {
        const parent = hasParent ? withRemoteParent(ROOT_CONTEXT, { traceparent, tracestate: 'a=b' }) : ROOT_CONTEXT;
        ended.length = 0;
        const ours = newSpan('GET /a', parent);
        ours.describe('http.route', '/a');
        const theirs = tracer.startSpan('GET /a', { kind: 1, attributes: { 'http.route': '/a' } }, parent);
        for (const span of [ours, theirs]) {
          for (const step of done) steps[step]?.(span);
          span.end();
          // Nothing happens after the end.
          span.setAttribute('late', 1).updateName('late').end();
        }
        expect(ended).toHaveLength(2);
        const [one, other] = ended;
        expect(sent(one)).toEqual(sent(other));
        expect(one?.spanContext()).toMatchObject({ ...ours.spanContext() });
        expect(one?.resource).toBe(other?.resource);
        expect(one?.instrumentationScope).toBe(other?.instrumentationScope);
      }),
    );
  });

  it('is the parent of what happens inside, and the child of who called', () => {
    const span = newSpan('GET /a', withRemoteParent(ROOT_CONTEXT, { traceparent, tracestate: 'a=b' }));
    expect(span.spanContext()).toMatchObject({ traceId: traceparent.slice(3, 35), traceFlags: 1 });
    expect(span.spanContext().traceState?.serialize()).toBe('a=b');
    tracer.startSpan('inner', {}, trace.setSpan(ROOT_CONTEXT, span)).end();
    span.end();
    expect(ended[0]?.parentSpanContext).toMatchObject({ spanId: span.spanContext().spanId });
    expect(ended[1]?.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true });
  });

  it('keeps its identity when the SDK takes over', () => {
    const span = newSpan('GET /a');
    span.addEvent('seen').end();
    const other = tracer.startSpan('next');
    other.end();
    expect(ended[0]?.spanContext()).toMatchObject({ ...span.spanContext() });
    expect(ended[1]?.spanContext().spanId).not.toBe(span.spanContext().spanId);
  });

  it('follows the sampling, and is not told of when it is not sampled', () => {
    start({ strategy: 'probability', probability: 0 });
    const span = newSpan('GET /a');
    expect([span.isRecording(), span.spanContext().traceFlags]).toEqual([false, 0]);
    span.setAttribute('a', 1).addEvent('x').end();
    start({ strategy: 'parent_based', probability: 0 });
    newSpan('GET /b', withRemoteParent(ROOT_CONTEXT, traceparent)).end();
    newSpan('GET /c', withRemoteParent(ROOT_CONTEXT, traceparent.replace(/1$/, '0'))).end();
    expect(ended.map(({ name }) => name)).toEqual(['GET /b']);
  });

  it('is left to the SDK where limits are low', () => {
    start({ strategy: 'always_on' }, { attributeCountLimit: 4 });
    expect(requestSpansOf(tracer)).toBeUndefined();
    start({ strategy: 'always_on' }, { attributeValueLengthLimit: 10 });
    expect(requestSpansOf(tracer)).toBeUndefined();
  });

  it('loses its secrets like any other', () => {
    const span = newSpan('GET /a');
    span.describe('url.path', '/login/Bearer abcdefgh12345678');
    span.end();
    expect(JSON.stringify(sent(ended[0]))).not.toContain('abcdefgh12345678');
  });
});

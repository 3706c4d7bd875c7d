import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import {
  addSpanAttributes,
  addSpanEvent,
  getSpanId,
  getTraceId,
  getTraceparent,
  injectTraceHeaders,
  recordException,
  traceFunction,
  traceOperation,
} from './operation.ts';
import { tracingState } from './tracing-state.ts';

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('an operation', () => {
  let recorder: Recorder;
  beforeEach(() => {
    recorder = createRecorder();
  });
  afterEach(() => recorder.close());

  it('returns what its function returns, at once when that is no promise', async () => {
    expect(traceOperation('sync', {}, () => 1)).toBe(1);
    expect(recorder.spans('sync')).toHaveLength(1);
    const running = traceOperation('async', {}, async () => 2);
    expect(recorder.spans('async')).toHaveLength(0);
    expect(await running).toBe(2);
    expect(recorder.spans('async')).toHaveLength(1);
  });

  it('may be named without options', () => {
    expect(traceOperation('plain', (span) => span.traceId)).toBe(recorder.span('plain').traceId);
  });

  it('is the parent of what it calls', async () => {
    await traceOperation('outer', { kind: 'server' }, async () => {
      await Promise.resolve();
      traceOperation('inner', {}, () => undefined);
    });
    const outer = recorder.span('outer');
    expect(recorder.span('inner')).toMatchObject({ traceId: outer.traceId, parentSpanId: outer.spanId });
    expect(outer).toMatchObject({ kind: 'server', parentSpanId: undefined });
  });

  it('continues the trace of another process and names what caused it', () => {
    traceOperation('job', { parent, links: [parent, 'nonsense'] }, (span) => {
      expect(span.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
      expect(span.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[\da-f]{16}-01$/);
    });
    expect(recorder.span('job')).toMatchObject({
      parentSpanId: 'b7ad6b7169203331',
      linkedTraceIds: ['0af7651916cd43dd8448eb211c80319c'],
    });
  });

  it('begins a trace of its own when the parent is malformed', () => {
    traceOperation('job', { parent: 'nonsense' }, () => undefined);
    expect(recorder.span('job').parentSpanId).toBeUndefined();
  });

  it('fails with the code or class of what is thrown, and throws it on', async () => {
    const coded = Object.assign(new RangeError('far for password=hunter2'), { code: 'SRC_FAR' });
    const failing = traceOperation('async', {}, () => Promise.reject(coded));
    await expect(failing).rejects.toBe(coded);
    expect(() =>
      traceOperation('sync', {}, () => {
        throw new TypeError('no');
      }),
    ).toThrow('no');
    expect(recorder.span('async')).toMatchObject({
      status: 'error',
      statusMessage: 'far for password=[REDACTED]',
      attributes: { 'error.type': 'SRC_FAR' },
      events: [{ name: 'exception', attributes: { 'exception.type': 'RangeError' } }],
    });
    expect(recorder.span('sync').attributes).toMatchObject({ 'error.type': 'TypeError' });
  });

  it('survives anything thrown', () => {
    for (const thrown of [
      undefined,
      null,
      'text',
      5n,
      Symbol('s'),
      Object.create(null),
      new Proxy(
        {},
        {
          get() {
            throw new Error('trap');
          },
        },
      ),
    ]) {
      try {
        traceOperation('odd', {}, () => {
          throw thrown;
        });
        expect.unreachable();
      } catch (error) {
        expect(Object.is(error, thrown)).toBe(true);
      }
    }
    expect(recorder.spans('odd').every(({ status }) => status === 'error')).toBe(true);
  });

  it('runs whatever its attributes and its result are made of', () => {
    const revoked = Proxy.revocable<Record<string, string>>({}, {});
    revoked.revoke();
    const throwing = {
      before: 1,
      get broken(): string {
        throw new Error('getter');
      },
    };
    for (const attributes of [revoked.proxy, throwing]) {
      const result = traceOperation('odd', { attributes }, (span) => {
        span.setAttributes(attributes);
        span.addEvent('seen', attributes);
        addSpanAttributes(attributes);
        addSpanEvent('seen too', attributes);
        return revoked.proxy;
      });
      expect(result === revoked.proxy).toBe(true);
    }
    const [unreadable, partly] = recorder.spans('odd');
    expect(unreadable).toMatchObject({ status: 'unset', attributes: { 'attributes.unreadable': true } });
    expect(partly).toMatchObject({ attributes: { before: 1, broken: '[getter threw]' } });
  });

  it('keeps lists of numbers and of yes and no what they are', () => {
    traceOperation('work', { attributes: { sizes: [1, 2.5], flags: [true, false] } }, () => undefined);
    expect(recorder.span('work').attributes).toEqual({ sizes: [1, 2.5], flags: [true, false] });
  });

  it('takes attributes and events, its own and those of whatever runs inside it', () => {
    traceOperation('work', { attributes: { 'item.name': 'a', skipped: undefined } }, (span) => {
      span.setAttributes({ 'item.count': 2 });
      addSpanAttributes({ inner: true });
      span.addEvent('began', { n: 1 });
      addSpanEvent('went on');
      recordException(new Error('but not fatal'));
    });
    expect(recorder.span('work')).toMatchObject({
      status: 'unset',
      attributes: { 'item.name': 'a', 'item.count': 2, inner: true },
      events: [{ name: 'began' }, { name: 'went on' }, { name: 'exception' }],
    });
    expect(recorder.span('work').attributes).not.toHaveProperty('skipped');
  });

  it('loses its secrets, whoever set them', () => {
    traceOperation(
      'GET https://u:hunter2@h',
      { attributes: { api_key: 'hunter2', url: 'https://h?token=hunter2' } },
      (span) => {
        trace.getActiveSpan()?.setAttribute('http.request.header.authorization', ['Bearer hunter2']);
        trace.getActiveSpan()?.setAttribute('note', 'Bearer hunter2');
        span.addEvent('sent', { password: 'hunter2', 'token.symbol': 'BTC' });
        span.addEvent('asked https://h?api_key=hunter2');
        trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR, message: 'secret: hunter2' });
      },
    );
    const [span] = recorder.spans();
    expect(JSON.stringify(span)).not.toContain('hunter2');
    expect(span?.events[0]?.attributes['token.symbol']).toBe('BTC');
    expect(recorder.metric('redactions_total', { sink: 'trace' })).toBe(8);
  });

  it('says who it is', () => {
    expect([getTraceId(), getSpanId(), getTraceparent()]).toEqual([undefined, undefined, undefined]);
    traceOperation('work', {}, (span) => {
      expect([getTraceId(), getSpanId(), getTraceparent()]).toEqual([span.traceId, span.spanId, span.traceparent]);
      expect(injectTraceHeaders({ accept: 'x' })).toEqual({ accept: 'x', traceparent: span.traceparent });
      tracingState.propagates = false;
      expect(injectTraceHeaders({ accept: 'x' })).toEqual({ accept: 'x' });
      tracingState.propagates = true;
    });
    expect(injectTraceHeaders({ accept: 'x' })).toEqual({ accept: 'x' });
  });

  it('wraps a function', async () => {
    const add = traceFunction('add', async (left: number, right: number) => left + right);
    expect(await add(1, 2)).toBe(3);
    expect(recorder.spans('add')).toHaveLength(1);
  });

  it('does nothing but run while tracing is off', () => {
    tracingState.mode = 'off';
    const result = traceOperation('work', { parent }, (span) => {
      span.setAttributes({ a: 1 });
      span.addEvent('x');
      span.fail(new Error('x'));
      expect(span.traceparent).toBeUndefined();
      expect(trace.getSpan(context.active())).toBeUndefined();
      return 1;
    });
    expect(result).toBe(1);
    expect(recorder.spans()).toEqual([]);
  });

  it('keeps every one of ten thousand spans ended in one turn', () => {
    for (let count = 0; count < 10_000; count += 1) traceOperation('burst', {}, () => undefined);
    expect(recorder.spans('burst')).toHaveLength(10_000);
  });
});

import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../../testing/recorder.ts';
import { injectTraceHeaders, traceOperation } from '../operation.ts';
import { suppressionKey } from '../registered-api.ts';
import { startServerSpan } from '../server-span.ts';
import { tracingState } from '../tracing-state.ts';
import { getBaggage, withBaggage } from './baggage.ts';
import { createPropagator } from './propagator.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

describe('what travels between processes', () => {
  let recorder: Recorder;
  const { propagators } = tracingState;
  beforeEach(() => {
    recorder = createRecorder();
  });
  afterEach(() => {
    tracingState.propagators = propagators;
    recorder.close();
  });

  it('goes on as it came, with the span of the sender replaced by ours', () => {
    const parent = { traceparent, tracestate: 'rojo=1,congo=2', baggage: 'user=anna%20b;secret=no,plan=pro' };
    const sent = traceOperation('serve', { parent }, (span) => {
      expect(getBaggage()).toEqual({ user: 'anna b', plan: 'pro' });
      const headers = injectTraceHeaders({ accept: '*/*' });
      expect(headers.traceparent).toBe(span.traceparent);
      return headers;
    });
    expect(sent).toEqual({
      accept: '*/*',
      traceparent: expect.stringMatching(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`)),
      tracestate: 'rojo=1,congo=2',
      baggage: 'user=anna%20b;secret=no,plan=pro',
    });
    expect(recorder.span('serve')).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' });
  });

  it('can be stored beside a job and be its parent later', () => {
    const stored = traceOperation('request', {}, () => withBaggage({ user: 'anna' }, () => injectTraceHeaders({})));
    const received = JSON.parse(JSON.stringify(stored)) as Record<string, string>;
    traceOperation('job', { parent: received }, () => expect(getBaggage()).toEqual({ user: 'anna' }));
    expect(recorder.span('job')).toMatchObject({ parentSpanId: recorder.span('request').spanId });
  });

  it('replaces headers of the same name in any case', () => {
    traceOperation('work', {}, () => {
      const headers = injectTraceHeaders({ Traceparent: 'old', BAGGAGE: 'kept=1', Accept: 'x' });
      expect(Object.keys(headers)).toEqual(['BAGGAGE', 'Accept', 'traceparent']);
    });
  });

  it('adds to, replaces in and takes from the baggage, inside only', async () => {
    await traceOperation('outer', {}, () =>
      withBaggage({ a: 1, b: true, c: 'x' }, async () => {
        await Promise.resolve();
        withBaggage({ a: 'two', b: undefined }, () => expect(getBaggage()).toEqual({ a: 'two', c: 'x' }));
        expect(getBaggage()).toEqual({ a: '1', b: 'true', c: 'x' });
      }),
    );
    expect(getBaggage()).toEqual({});
  });

  it('works around operations as well as inside them', () => {
    withBaggage({ tenant: 'a' }, () =>
      traceOperation('work', {}, () => {
        expect(getBaggage()).toEqual({ tenant: 'a' });
        expect(injectTraceHeaders({}).baggage).toBe('tenant=a');
      }),
    );
  });

  it('leaves secrets at home: by name, by look, whoever put them in, and counts them', () => {
    const parent = { traceparent, baggage: 'api_key=hunter2,note=Bearer%20abcdefgh12345678,plan=pro' };
    traceOperation('serve', { parent }, () =>
      withBaggage({ password: 'hunter2', 'token.count': 3 }, () => {
        expect(getBaggage()).toMatchObject({ password: 'hunter2', api_key: 'hunter2' });
        expect(injectTraceHeaders({}).baggage).toBe('plan=pro,token.count=3');
      }),
    );
    expect(recorder.metric('redactions_total', { sink: 'baggage' })).toBe(3);
  });

  it('counts the entries there was no room for', () => {
    const entries = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, 'v']));
    withBaggage(entries, () => expect(injectTraceHeaders({}).baggage?.split(',')).toHaveLength(180));
    expect(recorder.metric('baggage_entries_left_out_total')).toBe(20);
  });

  it('survives names and values made to break it', () => {
    const hostile = {
      ['__proto__']: 'p',
      constructor: 'c',
      'a\r\nb': 'x\r\ny: z',
      lone: '\ud800',
      get broken(): string {
        throw new Error('getter');
      },
    };
    expect(withBaggage(hostile, () => 1)).toBe(1);
    withBaggage(JSON.parse('{"__proto__": "p", "constructor": "c"}') as Record<string, string>, () => {
      expect(injectTraceHeaders({}).baggage).toBe('__proto__=p,constructor=c');
      expect(Object.entries(getBaggage())).toEqual([
        ['__proto__', 'p'],
        ['constructor', 'c'],
      ]);
    });
  });

  it('makes valid headers of any baggage at all', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (entries) => {
        withBaggage(entries, () => {
          const { baggage } = injectTraceHeaders({});
          if (baggage !== undefined) new Headers({ baggage });
        });
      }),
    );
  });

  it('begins afresh when what came is malformed', () => {
    for (const parent of [
      {},
      { traceparent: 'nonsense', tracestate: 'a=b' },
      { traceparent: [traceparent, traceparent] },
      { traceparent, tracestate: '=,=,,\0', baggage: '%%%=,;;' },
    ]) {
      expect(traceOperation('work', { parent }, () => 1)).toBe(1);
    }
    const parents = recorder.spans('work').map(({ parentSpanId }) => parentSpanId);
    expect(parents).toEqual([undefined, undefined, undefined, 'b7ad6b7169203331']);
  });

  it('is limited to what is configured; a parent named outright is followed all the same', () => {
    const parent = { traceparent, baggage: 'plan=pro' };
    tracingState.propagators = { tracecontext: false, baggage: true };
    traceOperation('baggage only', { parent }, () => expect(injectTraceHeaders({})).toEqual({ baggage: 'plan=pro' }));
    traceOperation('named', { parent: traceparent }, (span) => expect(span.traceId).toBe(traceId));
    tracingState.propagators = { tracecontext: true, baggage: false };
    traceOperation('trace only', { parent }, () =>
      expect(Object.keys(injectTraceHeaders({}))).toEqual(['traceparent']),
    );
    expect(recorder.span('baggage only').parentSpanId).toBeUndefined();
  });

  it('is the same for instrumentation that other packages bring', () => {
    const carrier: Record<string, string> = {};
    traceOperation('work', { parent: { traceparent, tracestate: 'a=b' } }, (span) =>
      withBaggage({ plan: 'pro', password: 'hunter2' }, () => {
        propagation.inject(context.active(), carrier);
        expect(carrier).toEqual({ traceparent: span.traceparent, tracestate: 'a=b', baggage: 'plan=pro' });
      }),
    );
    const extracted = propagation.extract(ROOT_CONTEXT, carrier);
    expect(trace.getSpanContext(extracted)).toMatchObject({ traceId, isRemote: true });
    expect(trace.getSpanContext(extracted)?.traceState?.serialize()).toBe('a=b');
    expect(propagation.getBaggage(extracted)?.getEntry('plan')?.value).toBe('pro');
    expect(propagation.fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
  });

  it('stays away from requests that must not be traced', () => {
    traceOperation('work', {}, () => {
      const suppressed = context.active().setValue(suppressionKey, true);
      const carrier = {};
      createPropagator().inject(suppressed, carrier, {
        set: (target, key, value) => Object.assign(target, { [key]: value }),
      });
      expect(carrier).toEqual({});
      expect(context.with(suppressed, () => injectTraceHeaders({}))).toEqual({});
    });
  });

  it('reaches the span of a request being served', () => {
    const request = { method: 'GET', route: '/a', path: '/a', scheme: 'http', host: 'h', userAgent: undefined };
    const headers = { traceparent, tracestate: 'a=b', baggage: 'plan=pro' };
    const span = startServerSpan({ ...request, headers });
    span?.run(() => {
      expect(getBaggage()).toEqual({ plan: 'pro' });
      expect(injectTraceHeaders({}).tracestate).toBe('a=b');
    });
    span?.end(200);
    expect(recorder.span('GET /a')).toMatchObject({ traceId, kind: 'server' });
  });

  it('is nothing while tracing is off', () => {
    tracingState.mode = 'off';
    expect(withBaggage({ a: 1 }, () => [getBaggage(), injectTraceHeaders({ a: 'b' })])).toEqual([{}, { a: 'b' }]);
  });
});

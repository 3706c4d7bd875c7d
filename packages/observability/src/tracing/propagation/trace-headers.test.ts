import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTraceHeaders } from './trace-headers.ts';

const none = { traceparent: undefined, tracestate: undefined, baggage: undefined };

describe('trace headers', () => {
  it.each([
    ['a plain object', { traceparent: 'p', tracestate: 's', baggage: 'b', other: 'x' }],
    ['names in another case', { Traceparent: 'p', TraceState: 's', BAGGAGE: 'b' }],
    ['Headers', new Headers({ traceparent: 'p', tracestate: 's', baggage: 'b' })],
    [
      'a Map',
      new Map([
        ['traceparent', 'p'],
        ['tracestate', 's'],
        ['baggage', 'b'],
      ]),
    ],
    [
      'bytes, as message queues hand them over',
      { traceparent: Buffer.from('p'), tracestate: Buffer.from('s'), baggage: Buffer.from('b') },
    ],
    ['lists of one', { traceparent: ['p'], tracestate: ['s'], baggage: ['b'] }],
  ])('are read from %s', (_what, source) => {
    expect(readTraceHeaders(source)).toEqual({ traceparent: 'p', tracestate: 's', baggage: 'b' });
  });

  it('are joined when sent several times, but two parents are none', () => {
    expect(readTraceHeaders({ traceparent: ['p', 'q'], tracestate: ['s', 't'], baggage: ['b', 'c'] })).toEqual({
      traceparent: undefined,
      tracestate: 's,t',
      baggage: 'b,c',
    });
  });

  it('may be a traceparent alone', () => {
    expect(readTraceHeaders('p')).toEqual({ ...none, traceparent: 'p' });
  });

  it('are missing where a source is broken, the others are read', () => {
    const throwing = {
      get traceparent(): string {
        throw new Error('getter');
      },
      baggage: 'b',
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const brokenGet = {
      get(): string {
        throw new Error('get');
      },
    };
    expect(readTraceHeaders(throwing)).toEqual({ ...none, baggage: 'b' });
    expect(readTraceHeaders(revoked.proxy)).toEqual(none);
    expect(readTraceHeaders({ traceparent: revoked.proxy, baggage: 'b' })).toEqual({ ...none, baggage: 'b' });
    expect(readTraceHeaders(brokenGet)).toEqual(none);
  });

  it('never fail', () => {
    fc.assert(fc.property(fc.anything(), (source) => void readTraceHeaders(source)));
  });
});

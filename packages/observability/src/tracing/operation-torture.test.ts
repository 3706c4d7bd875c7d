import { type Context, context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import {
  addSpanAttributes,
  addSpanEvent,
  getTraceId,
  recordException,
  traceFunction,
  traceOperation,
} from './operation.ts';
import type { ObservedOperation, OperationObserver } from './operation-observer.ts';
import { tracingState } from './tracing-state.ts';

describe('an operation', () => {
  let recorder: Recorder;
  beforeEach(() => {
    recorder = createRecorder();
  });
  afterEach(() => {
    tracingState.observer = undefined;
    recorder.close();
  });

  it('hands back iterators and generators as they are', async () => {
    const numbers = traceFunction('numbers', function* () {
      yield 1;
      yield 2;
    });
    const later = traceFunction('later', async function* () {
      yield 3;
    });
    expect([...numbers()]).toEqual([1, 2]);
    expect((await later().next()).value).toBe(3);
    expect(recorder.spans().map(({ name }) => name)).toEqual(['numbers', 'later']);
  });

  it('begins the work of a lazy result inside its span, and ends with it', async () => {
    let ranInside: string | undefined;
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: query builders are such objects
      then(resolve: (rows: number) => void): void {
        ranInside = getTraceId();
        setImmediate(() => resolve(7));
      },
    };
    expect(await traceOperation('query', {}, () => query)).toBe(7);
    expect(ranInside).toBe(recorder.span('query').traceId);
  });

  it('fails with a lazy result that throws when asked', async () => {
    const broken = {
      // biome-ignore lint/suspicious/noThenProperty: query builders are such objects
      then(): void {
        throw new RangeError('no connection');
      },
    };
    await expect(traceOperation('query', {}, () => broken as unknown as Promise<void>)).rejects.toThrow(
      'no connection',
    );
    expect(recorder.span('query')).toMatchObject({ status: 'error', attributes: { 'error.type': 'RangeError' } });
  });

  it('leaves a result alone whose then cannot even be read', () => {
    const throwing = Object.defineProperty({}, 'then', {
      get() {
        throw new Error('then');
      },
    });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const result of [throwing, revoked.proxy, () => 1, null, 'then']) {
      expect(traceOperation('odd', {}, () => result) === result).toBe(true);
    }
    expect(recorder.spans('odd')).toHaveLength(5);
  });

  it('leaves a rejection nobody handles to the process, as without tracing', async () => {
    const unhandled: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (reason) => unhandled.push(reason));
    const reason = new Error('nobody');
    void traceOperation('lost', {}, () => Promise.reject(reason));
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
    expect(unhandled).toEqual([reason]);
  });

  it('records what is thrown, however it is made', async () => {
    const cyclic = new Error('cyclic');
    cyclic.cause = cyclic;
    const broken = new Error('broken');
    Object.defineProperty(broken, 'stack', {
      get() {
        throw new Error('stack');
      },
    });
    for (const thrown of [cyclic, broken, null, undefined, 7, Symbol('s'), Object.create(null), () => 1]) {
      await expect(traceOperation('odd', {}, () => Promise.reject(thrown))).rejects.toBe(thrown);
      traceOperation('still fine', {}, (span) => {
        span.recordException(thrown);
        recordException(thrown);
        span.fail(thrown);
      });
    }
    expect(recorder.spans().every(({ status }) => status === 'error')).toBe(true);
    expect(recorder.spans()).toHaveLength(16);
  });

  it('takes any attributes and event at all, and its result is never another', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.anything(), (values, result) => {
        const attributes = values as Record<string, string>;
        const returned = traceOperation('any', { attributes }, (span) => {
          span.setAttributes(attributes);
          addSpanAttributes(attributes);
          addSpanEvent('seen', attributes);
          return { result };
        });
        expect(returned.result === result || Number.isNaN(result)).toBe(true);
        for (const value of Object.values(recorder.spans().at(-1)?.attributes ?? {})) {
          const items = Array.isArray(value) ? value : [value];
          expect(new Set(items.map((item) => typeof item)).size).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('runs with options that are not what they should be', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('trap');
        },
      },
    );
    const name = Object.create(null) as string;
    expect(traceOperation(name, {}, () => 1)).toBe(1);
    expect(traceOperation('x', hostile, () => 2)).toBe(2);
    expect(traceOperation('x', { links: hostile as string[] }, () => 3)).toBe(3);
    expect(traceOperation('x', { parent: hostile }, () => 4)).toBe(4);
    expect(traceOperation('x', { kind: 'nonsense' as 'server' }, () => 5)).toBe(5);
  });

  it('survives a tracer and spans of the host that fail', () => {
    const before = tracingState.tracer;
    const failing = (): never => {
      throw new Error('host');
    };
    const span = {
      spanContext: failing,
      end: failing,
      setAttributes: failing,
      addEvent: failing,
      isRecording: failing,
    };
    for (const startSpan of [failing, () => span]) {
      tracingState.tracer = { startSpan, startActiveSpan: failing } as unknown as typeof before;
      const result = traceOperation('work', {}, (running) => {
        running.setAttributes({ a: 1 });
        running.addEvent('e');
        running.recordException(new Error('x'));
        running.fail(new Error('x'));
        addSpanAttributes({ a: 1 });
        return 1;
      });
      expect(result).toBe(1);
    }
    tracingState.tracer = before;
  });

  it('numbers kinds and statuses as OpenTelemetry does', () => {
    const seen: unknown[] = [];
    const { tracer } = tracingState;
    tracingState.tracer = {
      startSpan(name: string, options: { kind?: SpanKind }, parent: Context) {
        seen.push(options.kind);
        return tracer?.startSpan(name, options, parent);
      },
    } as unknown as typeof tracer;
    for (const kind of ['internal', 'server', 'client', 'producer', 'consumer'] as const)
      traceOperation('x', { kind }, (span) => span.fail(new Error('x')));
    tracingState.tracer = tracer;
    expect(seen).toEqual([SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER]);
    expect(recorder.spans('x').every(({ status }) => status === 'error')).toBe(true);
    expect(SpanStatusCode.ERROR).toBe(2);
  });

  it('is the active span of the OpenTelemetry API as well', () => {
    traceOperation('work', {}, (span) => {
      expect(trace.getActiveSpan()?.spanContext().spanId).toBe(span.spanId);
      expect(trace.getSpan(context.active())).toBe(trace.getActiveSpan());
    });
  });

  describe('of a wrapped function', () => {
    it('keeps this, name and length', () => {
      class Shop {
        readonly name = 'shop';
        take(this: Shop, item: string, _count: number): string {
          return `${this.name} ${item}`;
        }
      }
      const shop = Object.assign(new Shop(), { take: traceFunction('take', Shop.prototype.take) });
      expect(shop.take('apple', 1)).toBe('shop apple');
      expect([shop.take.name, shop.take.length]).toEqual(['take', 2]);
    });

    it('does not care what this is, nor what the function pretends to be', () => {
      const revoked = Proxy.revocable({}, {});
      revoked.revoke();
      const wrapped = traceFunction('odd', function (this: unknown) {
        return this;
      });
      for (const self of [revoked.proxy, undefined, 7, Object.create(null)])
        expect(Object.is(Reflect.apply(wrapped, self, []), self)).toBe(true);
      const pretending = Object.assign(() => 1, { call: undefined, apply: undefined, bind: undefined });
      expect(traceFunction('odd', pretending)()).toBe(1);
    });
  });

  describe('that is observed', () => {
    const observe = (): { readonly told: string[]; readonly operations: ObservedOperation[] } => {
      const told: string[] = [];
      const operations: ObservedOperation[] = [];
      const observer: OperationObserver = {
        started(operation) {
          operations.push(operation);
          told.push('started');
        },
        ended: (_operation, failed) => void told.push(failed ? 'failed' : 'ended'),
      };
      tracingState.observer = observer;
      return { told, operations };
    };

    it('is told about before it runs and before its result is handed back', async () => {
      const { told, operations } = observe();
      const running = traceOperation('outer', {}, async () => {
        told.push('runs');
        await Promise.resolve();
        expect(() =>
          traceOperation('inner', {}, () => {
            throw new Error('x');
          }),
        ).toThrow();
        traceOperation('marked', {}, (span) => span.fail(new Error('x')));
      });
      await running.then(() => told.push('back'));
      expect(told).toEqual(['started', 'runs', 'started', 'failed', 'started', 'failed', 'ended', 'back']);
      const outer = recorder.span('outer');
      expect(operations).toEqual([
        { traceId: outer.traceId, spanId: outer.spanId, parentSpanId: undefined },
        { traceId: outer.traceId, spanId: recorder.span('inner').spanId, parentSpanId: outer.spanId },
        { traceId: outer.traceId, spanId: recorder.span('marked').spanId, parentSpanId: outer.spanId },
      ]);
    });

    it('counts as the first of its trace here when its parent is in another process', () => {
      const { operations } = observe();
      traceOperation('x', { parent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' }, () => undefined);
      expect(operations[0]).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: undefined });
    });

    it('does not suffer from an observer that throws', () => {
      const failing = (): never => {
        throw new Error('observer');
      };
      tracingState.observer = { started: failing, ended: failing };
      expect(traceOperation('x', {}, () => 1)).toBe(1);
      expect(recorder.spans('x')).toHaveLength(1);
    });
  });
});

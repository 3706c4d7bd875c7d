import { initObservability, traceOperation } from '@autotrader/observability';
import { createRecorder } from '@autotrader/observability/testing';
import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { assertEqual } from './equal-output.ts';
import { compare } from './interleaved.ts';
import type { Question } from './question.ts';

const attributesOf = (items: number) => ({ 'order.items': items, 'order.country': 'pt' });

export const traceOperationRow: Question = {
  row: 8,
  name: 'trace-operation',
  asks: 'A sampled operation',
  does: 'one span with two attributes around a function, active inside it; neither side exports',
  peers: ['@opentelemetry/sdk-trace-base'],
  async answer(effort) {
    const observability = await initObservability({
      env: {},
      overrides: { tracing: { sampling: { strategy: 'always_on' } } },
    });
    assertSameSpans();
    const tracer = createTracer([]);
    let state = 0;
    const work = (): number => {
      state = (state + 1) | 0;
      return state;
    };
    const done = await compare(
      [
        {
          name: 'ours',
          run(times) {
            let sum = 0;
            for (let left = times; left > 0; left -= 1) {
              sum += traceOperation('order.take', { attributes: attributesOf(left) }, work);
            }
            return sum;
          },
        },
        {
          name: 'bare span',
          run(times) {
            let sum = 0;
            for (let left = times; left > 0; left -= 1) sum += bare({ tracer, items: left }, work);
            return sum;
          },
        },
      ],
      effort,
    );
    await observability.shutdown();
    const value = done.ratio('ours', 'bare span');
    return {
      measurements: done.measurements,
      findings: [{ what: 'ours / bare span', value, unit: '×', target: { bound: 'at most', value: 1.15 } }],
      equal: 'the same name, kind, attributes, status, events and parent, also of an operation that throws',
    };
  },
};

function createTracer(spanProcessors: SpanProcessor[]): Tracer {
  return new BasicTracerProvider({ spanProcessors }).getTracer('bench');
}

/** What somebody writes who uses the OpenTelemetry API with care. */
function bare<T>({ tracer, items }: { readonly tracer: Tracer; readonly items: number }, operation: () => T): T {
  return tracer.startActiveSpan('order.take', { kind: SpanKind.INTERNAL, attributes: attributesOf(items) }, (span) => {
    try {
      return operation();
    } catch (error) {
      span.recordException(error as Error);
      span.setAttribute('error.type', (error as Error).name);
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A good operation inside another, and one that throws. */
function runThree(run: (items: number, operation: () => unknown) => unknown): void {
  run(1, () => run(2, () => 'good'));
  try {
    run(3, () => {
      throw new RangeError('too many');
    });
  } catch {
    // It is the span that counts.
  }
}

function assertSameSpans(): void {
  const exporter = new InMemorySpanExporter();
  const tracer = createTracer([new SimpleSpanProcessor(exporter)]);
  runThree((items, operation) => bare({ tracer, items }, operation));
  const theirs = exporter.getFinishedSpans().map(toComparable);

  const recorder = createRecorder();
  runThree((items, operation) => traceOperation('order.take', { attributes: attributesOf(items) }, operation));
  const ours = recorder
    .spans('order.take')
    .map(({ name, kind, status, statusMessage, attributes, events, parentSpanId }) => ({
      name,
      isInternal: kind === 'internal',
      hasParent: parentSpanId !== undefined,
      status,
      statusMessage,
      attributes,
      events: events.map((one) => [one.name, one.attributes['exception.type'], one.attributes['exception.message']]),
    }));
  recorder.close();
  assertEqual(ours.length, 3, 'number of spans');
  assertEqual(ours, theirs, 'spans');
}

function toComparable(span: ReadableSpan) {
  return {
    name: span.name,
    isInternal: span.kind === SpanKind.INTERNAL,
    hasParent: span.parentSpanContext !== undefined,
    status: span.status.code === SpanStatusCode.ERROR ? 'error' : 'unset',
    statusMessage: span.status.message,
    attributes: { ...span.attributes },
    events: span.events.map((one) => [
      one.name,
      one.attributes?.['exception.type'],
      one.attributes?.['exception.message'],
    ]),
  };
}

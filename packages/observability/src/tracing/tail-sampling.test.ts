import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FinishedSpan } from './finished-span.ts';
import { createTailSampler, type TailSampler, type TailSamplingOptions } from './tail-sampling.ts';

interface Shape {
  readonly trace: number;
  readonly name?: string;
  readonly root?: boolean;
  readonly remoteParent?: boolean;
  readonly error?: boolean;
  readonly seconds?: number;
  readonly text?: string;
}

function span({
  trace,
  name = 'x',
  root = false,
  remoteParent = false,
  error = false,
  seconds = 0,
  text = '',
}: Shape): FinishedSpan {
  // The fraction of a trace is read from its last digits: half of all traces are below 0.5.
  const traceId = `${trace}`.padStart(19, 'a') + (trace % 2 === 0 ? '0' : 'f').repeat(13);
  const parent = { traceId, spanId: '1'.repeat(16), traceFlags: 1, isRemote: remoteParent };
  const endSeconds = Date.now() / 1_000;
  return {
    name,
    kind: 0,
    spanContext: () => ({ traceId, spanId: '2'.repeat(16), traceFlags: 1 }),
    ...(root && !remoteParent ? {} : { parentSpanContext: parent }),
    startTime: [endSeconds - seconds, 0],
    endTime: [endSeconds, 0],
    duration: [seconds, 0],
    status: { code: error ? 2 : 0 },
    attributes: { text },
    links: [],
    events: [],
    resource: { attributes: {} },
    instrumentationScope: { name: 'x' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

interface Scene {
  readonly sampler: TailSampler;
  readonly kept: string[];
  readonly seen: {
    traces: number;
    bytes: number;
    mostBytes: number;
    outTraces: number;
    outSpans: number;
    early: number;
  };
}

function createScene(options: Partial<TailSamplingOptions> = {}): Scene {
  const kept: string[] = [];
  const seen = { traces: 0, bytes: 0, mostBytes: 0, outTraces: 0, outSpans: 0, early: 0 };
  const sampler = createTailSampler(
    {
      slowMs: 1_000,
      probability: 0,
      decisionMs: 30_000,
      maxOpenTraces: 1_000,
      maxHeldBytes: 10_000_000,
      ...options,
    },
    {
      forward: ({ name }) => void kept.push(name),
      observer: {
        held(traces, bytes) {
          Object.assign(seen, { traces, bytes, mostBytes: Math.max(seen.mostBytes, bytes) });
        },
        sampledOut(spans, first) {
          seen.outSpans += spans;
          if (first) seen.outTraces += 1;
        },
        decidedEarly() {
          seen.early += 1;
        },
      },
      now: Date.now,
    },
  );
  return { sampler, kept, seen };
}

function sampled(probability: number, spans: readonly Shape[]): string[] {
  const { sampler, kept } = createScene({ probability });
  for (const shape of spans) sampler.end(span(shape));
  sampler.drain();
  return kept;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('keeps all of a trace in which anything failed', () => {
  expect(
    sampled(0, [
      { trace: 1, name: 'a' },
      { trace: 1, name: 'b', error: true },
      { trace: 1, name: 'r', root: true },
    ]),
  ).toEqual(['a', 'b', 'r']);
});

it('keeps all of a slow trace', () => {
  expect(
    sampled(0, [
      { trace: 1, name: 'a' },
      { trace: 1, name: 'r', root: true, seconds: 1 },
    ]),
  ).toEqual(['a', 'r']);
});

it('drops all of an unremarkable one', () => {
  expect(
    sampled(0, [
      { trace: 1, name: 'a' },
      { trace: 1, name: 'r', root: true },
    ]),
  ).toEqual([]);
});

it('keeps a share of the unremarkable ones, by trace id', () => {
  expect(
    sampled(0.5, [
      { trace: 2, name: 'low', root: true },
      { trace: 3, name: 'high', root: true },
    ]),
  ).toEqual(['low']);
});

it('takes a span with a parent in another process for the end of the trace here', () => {
  expect(
    sampled(0, [
      { trace: 1, name: 'a', error: true },
      { trace: 1, name: 'r', remoteParent: true },
    ]),
  ).toEqual(['a', 'r']);
});

it('treats spans that end late as their trace was treated, but never drops an error', () => {
  const late: Shape[] = [
    { trace: 1, name: 'kept', root: true, error: true },
    { trace: 1, name: 'late' },
    { trace: 3, name: 'dropped', root: true },
    { trace: 3, name: 'late and dropped' },
    { trace: 3, name: 'late error', error: true },
  ];
  expect(sampled(0, late)).toEqual(['kept', 'late', 'late error']);
});

it('keeps the rest of a trace once anything in it was kept for cause, as when a job of it ran in the same process', () => {
  const job: Shape = { trace: 1, name: 'job', root: true, remoteParent: true };
  const request: Shape = { trace: 1, name: 'request', root: true };
  expect(sampled(0, [{ ...job, error: true }, request])).toEqual(['job', 'request']);
  expect(sampled(0, [job, { trace: 1, name: 'late error', error: true }, request])).toEqual(['late error', 'request']);
  expect(sampled(0, [job, request])).toEqual([]);
});

it('decides what is still open when told that no more will come', () => {
  expect(sampled(1, [{ trace: 1, name: 'orphan' }])).toEqual(['orphan']);
});

it('holds a bounded number of traces, and decides the oldest first', () => {
  const { sampler, kept, seen } = createScene({ probability: 1, maxOpenTraces: 100 });
  for (let trace = 0; trace < 500; trace += 1) sampler.end(span({ trace, name: `t${trace}` }));
  expect(seen).toMatchObject({ traces: 100, early: 400 });
  expect(kept.slice(0, 2)).toEqual(['t0', 't1']);
  expect(sampler.held()).toBe(100);
});

it('holds a bounded number of bytes, in one endless trace as well', () => {
  const maxHeldBytes = 100_000;
  const { sampler, seen } = createScene({ maxHeldBytes });
  for (let count = 0; count < 1_000; count += 1) sampler.end(span({ trace: 1, text: 'x'.repeat(1_000) }));
  for (let trace = 1; trace < 1_000; trace += 2) sampler.end(span({ trace, text: 'x'.repeat(2_000) }));
  expect(seen.mostBytes).toBeLessThanOrEqual(maxHeldBytes);
  expect(seen.bytes).toBeGreaterThan(0);
  sampler.end(span({ trace: 2_001, text: 'x'.repeat(2 * maxHeldBytes) }));
  expect(seen.bytes).toBe(0);
});

it('decides a trace whose root does not end, when its time is over', () => {
  const { sampler, kept, seen } = createScene({ probability: 0.5, decisionMs: 500 });
  sampler.end(span({ trace: 2, name: 'low' }));
  vi.advanceTimersByTime(300);
  sampler.end(span({ trace: 3, name: 'high' }));
  vi.advanceTimersByTime(200);
  expect([kept, seen.traces]).toEqual([['low'], 1]);
  vi.advanceTimersByTime(300);
  expect(seen).toMatchObject({ traces: 0, bytes: 0, early: 2, outTraces: 1, outSpans: 1 });
  expect([kept, vi.getTimerCount()]).toEqual([['low'], 0]);
});

it('keeps a trace that has been going on for too long already, before its root ends', () => {
  const { sampler, kept } = createScene({ decisionMs: 5_000 });
  sampler.end(span({ trace: 1, name: 'part' }));
  vi.advanceTimersByTime(5_000);
  expect(kept).toEqual(['part']);
  sampler.end(span({ trace: 1, name: 'root', root: true, seconds: 0 }));
  expect(kept).toEqual(['part', 'root']);
});

it('tells how many traces and spans were left out, each trace once', () => {
  const { sampler, seen } = createScene();
  sampler.end(span({ trace: 1 }));
  sampler.end(span({ trace: 1, root: true }));
  sampler.end(span({ trace: 1, name: 'late' }));
  sampler.end(span({ trace: 1, name: 'second root', root: true }));
  expect(seen).toMatchObject({ outTraces: 1, outSpans: 4, early: 0 });
});

it('never holds more than allowed and hands on each span once at most, whatever comes in which order', () => {
  const shapes = fc.array(
    fc.record({
      trace: fc.integer({ min: 0, max: 6 }),
      root: fc.boolean(),
      remoteParent: fc.boolean(),
      error: fc.boolean(),
      seconds: fc.constantFrom(0, 0.5, 2),
      waitMs: fc.constantFrom(0, 100, 700),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 3 }), (spans, maxOpenTraces) => {
      const { sampler, kept, seen } = createScene({ maxOpenTraces, decisionMs: 1_000, probability: 0.5 });
      spans.forEach((shape, index) => {
        sampler.end(span({ ...shape, name: `${index}` }));
        expect(seen.traces).toBeLessThanOrEqual(maxOpenTraces);
        vi.advanceTimersByTime(shape.waitMs);
      });
      sampler.drain();
      expect(new Set(kept).size).toBe(kept.length);
      expect(kept.length + seen.outSpans).toBe(spans.length);
      const errors = spans.flatMap(({ error }, index) => (error ? [`${index}`] : []));
      expect(kept).toEqual(expect.arrayContaining(errors));
      expect([sampler.held(), vi.getTimerCount()]).toEqual([0, 0]);
    }),
  );
});

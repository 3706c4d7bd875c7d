import { expect, it } from 'vitest';
import type { FinishedSpan } from './finished-span.ts';
import { createTailSampler } from './tail-sampling.ts';

interface Shape {
  readonly trace: number;
  readonly name?: string;
  readonly root?: boolean;
  readonly remoteParent?: boolean;
  readonly error?: boolean;
  readonly seconds?: number;
}

function span({
  trace,
  name = 'x',
  root = false,
  remoteParent = false,
  error = false,
  seconds = 0,
}: Shape): FinishedSpan {
  // The fraction of a trace is read from its last digits: half of all traces are below 0.5.
  const traceId = `${trace}`.padStart(19, '1') + (trace % 2 === 0 ? '0' : 'f').repeat(13);
  const parent = { traceId, spanId: '1'.repeat(16), traceFlags: 1, isRemote: remoteParent };
  return {
    name,
    kind: 0,
    spanContext: () => ({ traceId, spanId: '2'.repeat(16), traceFlags: 1 }),
    ...(root && !remoteParent ? {} : { parentSpanContext: parent }),
    startTime: [0, 0],
    endTime: [seconds, 0],
    duration: [seconds, 0],
    status: { code: error ? 2 : 0 },
    attributes: {},
    links: [],
    events: [],
    resource: { attributes: {} },
    instrumentationScope: { name: 'x' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function sampled(probability: number, spans: readonly Shape[]): string[] {
  const kept: string[] = [];
  const sampler = createTailSampler({ slowMs: 1_000, probability, forward: ({ name }) => kept.push(name) });
  for (const shape of spans) sampler.end(span(shape));
  sampler.drain();
  return kept;
}

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

it('holds a bounded number of spans, however many traces never end', () => {
  let forwarded = 0;
  const sampler = createTailSampler({ slowMs: 1_000, probability: 1, forward: () => (forwarded += 1) });
  for (let trace = 0; trace < 5_000; trace += 1) sampler.end(span({ trace }));
  expect(forwarded).toBe(4_000);
});

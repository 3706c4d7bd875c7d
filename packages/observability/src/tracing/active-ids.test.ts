import { trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { activeIds } from './active-ids.ts';
import { traceOperation } from './operation.ts';
import { insideSpan } from './span-scope.ts';
import { tracingState } from './tracing-state.ts';

let recorder: Recorder;
beforeEach(() => {
  recorder = createRecorder();
});
afterEach(() => recorder.close());

it('are those of the innermost span, whoever made it, and none outside', () => {
  expect(activeIds()).toBeUndefined();
  traceOperation('outer', {}, (outer) => {
    expect(activeIds()).toEqual({ traceId: outer.traceId, spanId: outer.spanId, sampled: true });
    traceOperation('inner', {}, (inner) => expect(activeIds()?.spanId).toBe(inner.spanId));
    expect(activeIds()?.spanId).toBe(outer.spanId);
    trace.getTracer('other').startActiveSpan('other', (span) => {
      expect(activeIds()?.spanId).toBe(span.spanContext().spanId);
      span.end();
    });
  });
  expect(activeIds()).toBeUndefined();
});

it('are not given for ids that could break a line', () => {
  const ids = (spanContext: unknown) => {
    const before = tracingState.contexts;
    const context = insideSpan({} as never, { spanContext: () => spanContext } as never);
    tracingState.contexts = { active: () => context } as never;
    try {
      return activeIds();
    } finally {
      tracingState.contexts = before;
    }
  };
  const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)];
  expect(ids({ traceId, spanId, traceFlags: 0 })).toEqual({ traceId, spanId, sampled: false });
  for (const broken of [
    { traceId: `${'a'.repeat(31)}"`, spanId, traceFlags: 1 },
    { traceId: '0'.repeat(32), spanId, traceFlags: 1 },
    { traceId, spanId: '', traceFlags: 1 },
    { traceId: 7, spanId: {}, traceFlags: 1 },
    undefined,
    null,
  ])
    expect(ids(broken)).toBeUndefined();
});

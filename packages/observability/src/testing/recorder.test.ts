import { AssertionError } from 'node:assert';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { counter, gauge, getLogger, histogram, traceOperation } from '../index.ts';
import { activePipeline } from '../logs/pipeline.ts';
import { createRecorder, type Recorder } from './recorder.ts';

const events = counter({ name: 'recorder_test_total', help: 'x', labels: { kind: ['a', 'b'] } });
const level = gauge({ name: 'recorder_test_level', help: 'x' });
const seconds = histogram({ name: 'recorder_test_seconds', help: 'x', buckets: [1, 2], labels: { kind: ['a', 'b'] } });
const log = getLogger('test');

let recorder: Recorder;
beforeEach(() => {
  events.inc({ kind: 'a' }, 5);
  recorder = createRecorder();
});
afterEach(() => recorder.close());

/** What an expectation that does not hold throws. */
function failureOf(expectation: () => unknown): AssertionError {
  try {
    expectation();
  } catch (error) {
    if (error instanceof AssertionError) return error;
    throw error;
  }
  throw new Error('it holds');
}

describe('recorded lines', () => {
  it('are found by event and fields', () => {
    log.info('it_happened', { n: 1 });
    log.info('it_happened', { n: 2, list: [1] });
    expect(recorder.line('it_happened', { list: [1] })).toMatchObject({ n: 2 });
    expect(recorder.expectLine('it_happened', { level: 'INFO', n: 1 })).toMatchObject({ logger: 'test' });
    expect(recorder.lines('it_happened')).toHaveLength(2);
  });

  it('are matched by regular expressions and by matchers of the test runner, at any depth', () => {
    log.info('it_happened', { text: 'took 12 ms', inner: { n: 1, text: 'abc' } });
    recorder.expectLine('it_happened', { text: /took \d+ ms/g, inner: { n: expect.any(Number), text: /^a/ } });
    recorder.expectLine('it_happened', { text: /took \d+ ms/g });
    recorder.expectNoLine('it_happened', { inner: { n: expect.any(Number) } });
  });

  it('that are missing fail with what there is instead', () => {
    expect(failureOf(() => recorder.line('missing')).message).toBe(
      'expected a log line "missing", nothing was recorded',
    );
    log.info('order_taken');
    log.info('order_taken');
    log.info('order_refused');
    expect(failureOf(() => recorder.line('order_take')).message).toBe(
      'expected a log line "order_take", recorded were (did you mean "order_taken"?)\n  order_taken × 2\n  order_refused × 1',
    );
  });

  it('that differ fail with the nearest, field by field', () => {
    log.info('order_taken', { items: 9, state: 'new', customer: { name: 'a', town: 'x' } });
    log.info('order_taken', { items: 3, state: 'paid', customer: { name: 'a', town: 'x', age: 3 } });
    const failure = failureOf(() =>
      recorder.line('order_taken', { items: 3, state: 'paid', customer: { name: 'b', town: 'x' }, tip: 1 }),
    );
    expect(failure.message.split('\n').slice(0, 4)).toEqual([
      `expected a log line "order_taken" with { items: 3, state: 'paid', customer: { name: 'b', town: 'x' }, tip: 1 }, the nearest of 2 differs in`,
      "  customer.name: expected 'b', was 'a'",
      '  customer.age: expected nothing, was 3',
      '  tip: expected 1, was missing',
    ]);
    expect(failure.message).toContain("the others have\n  { level: 'INFO', logger: 'test', items: 9");
    expect(failure.actual).toEqual({
      order_taken: { items: 3, state: 'paid', customer: { name: 'a', town: 'x', age: 3 }, tip: undefined },
    });
    expect(failure.expected).toEqual({
      order_taken: { items: 3, state: 'paid', customer: { name: 'b', town: 'x' }, tip: 1 },
    });
  });

  it('fail with a stack that begins where the test asked', () => {
    const failure = failureOf(() => recorder.expectLine('missing'));
    expect(failure.stack?.split('\n')[1]).toContain('recorder.test.ts');
    expect(failure).toMatchObject({ name: 'AssertionError', code: 'ERR_ASSERTION', generatedMessage: false });
  });

  it('that should not be there fail with what they are', () => {
    log.info('other');
    recorder.expectNoLine('it_happened');
    log.info('it_happened', { n: 1 });
    recorder.expectNoLine('it_happened', { n: 2 });
    expect(failureOf(() => recorder.expectNoLine('it_happened')).message).toBe(
      `expected no log line "it_happened", there is one\n  { level: 'INFO', logger: 'test', n: 1 }`,
    );
  });

  it('are not all shown when there are many', () => {
    for (let n = 0; n < 50; n += 1) log.info('it_happened', { n });
    expect(failureOf(() => recorder.line('it_happened', { n: 50 })).message).toMatch(/ {2}… and 29 more$/);
  });
});

describe('recorded spans', () => {
  it('are found by name and attributes', () => {
    traceOperation('work', { attributes: { n: 1 } }, () => undefined);
    traceOperation('work', { attributes: { n: 2 } }, () => undefined);
    expect(recorder.span('work', { n: 2 })).toMatchObject({ status: 'unset', kind: 'internal' });
    recorder.expectNoSpan('work', { n: 3 });
    expect(failureOf(() => recorder.expectSpan('work', { n: 3 })).message).toContain(
      'expected a finished span "work" with { n: 3 }, the nearest of 2 differs in\n  n: expected 3, was 1',
    );
    expect(failureOf(() => recorder.expectNoSpan('work')).message).toContain('there are 2');
  });

  it('are shown as a tree, in the order they began', () => {
    traceOperation('order', { attributes: { b: 'x', a: 1 } }, () => {
      traceOperation('collect', {}, () => traceOperation('ask', { attributes: { a: 2 } }, () => undefined));
      expect(() =>
        traceOperation('score', {}, () => {
          throw new Error('no data');
        }),
      ).toThrow();
    });
    traceOperation('next', {}, () => undefined);
    expect(recorder.tree()).toBe('order\n  collect\n    ask\n  score ERROR (no data)\nnext');
    expect(recorder.tree({ attributes: true }).split('\n')[0]).toBe("order a=1 b='x'");
    expect(recorder.tree({ attributes: ['a'] })).toContain('    ask a=2\n');
  });

  it('whose parent is not recorded stand at the margin of the tree', () => {
    traceOperation('child', { parent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }, () => undefined);
    expect(recorder.tree()).toBe('child');
    recorder.clear();
    expect(recorder.tree()).toBe('');
  });
});

describe('recorded metrics', () => {
  it('count what grew since, and show gauges as they are', () => {
    events.inc({ kind: 'a' });
    events.inc({ kind: 'b' }, 2);
    level.set(7);
    seconds.observe({ kind: 'a' }, 0.5);
    seconds.observe({ kind: 'b' }, 2);
    expect(recorder.metric('recorder_test_total')).toBe(3);
    expect(recorder.metric('recorder_test_total', { kind: 'a' })).toBe(1);
    expect(recorder.metric('recorder_test_level')).toBe(7);
    expect(recorder.metric('recorder_test_seconds')).toBe(2);
    expect(recorder.metric('recorder_test_seconds_sum')).toBe(2.5);
    expect(recorder.metric('no_such_metric')).toBeUndefined();
    expect(recorder.series('recorder_test_total', { kind: 'b' })).toEqual([{ labels: { kind: 'b' }, value: 2 }]);
  });

  it('give histograms as a whole', () => {
    seconds.observe({ kind: 'a' }, 0.5);
    recorder.clear();
    seconds.observe({ kind: 'a' }, 0.5);
    seconds.observe({ kind: 'a' }, 9);
    seconds.observe({ kind: 'b' }, 1.5);
    expect(recorder.histogram('recorder_test_seconds')).toEqual({
      count: 3,
      sum: 11,
      buckets: { 1: 1, 2: 2, '+Inf': 3 },
    });
    recorder.expectHistogram('recorder_test_seconds', { kind: 'a' }, { count: 2, buckets: { 1: 1 } });
    const failure = failureOf(() =>
      recorder.expectHistogram('recorder_test_seconds', { kind: 'a' }, { count: 2, sum: 3, buckets: { 2: 5 } }),
    );
    expect(failure.message).toContain('expected recorder_test_seconds{kind="a"} to gain { count: 2, sum: 3,');
    expect([failure.actual, failure.expected]).toEqual([
      { count: 2, sum: 9.5, 2: 1 },
      { count: 2, sum: 3, 2: 5 },
    ]);
    expect(failureOf(() => recorder.expectHistogram('nothing', {}, { count: 1 })).message).toContain('gained nothing');
  });

  it('are compared without the errors of rounding', () => {
    events.inc({ kind: 'a' }, 0.1);
    events.inc({ kind: 'b' }, 0.2);
    recorder.expectMetric('recorder_test_total', {}, 0.3);
  });

  it('that are not as expected fail with all their series', () => {
    events.inc({ kind: 'b' });
    const failure = failureOf(() => recorder.expectMetric('recorder_test_total', { kind: 'b' }, 9));
    expect(failure.message).toBe(
      'expected recorder_test_total{kind="b"} to be 9, it is 1\n  {kind="a"} 0\n  {kind="b"} 1',
    );
    expect([failure.actual, failure.expected]).toEqual([1, 9]);
  });

  it('that do not exist fail with the nearest name, and with the labels there are', () => {
    expect(failureOf(() => recorder.expectMetric('recorder_test_totals', {}, 1)).message).toContain(
      'no metric of that name is declared (did you mean "recorder_test_total"?)',
    );
    expect(failureOf(() => recorder.expectMetric('recorder_test_total', { sort: 'a' }, 1)).message).toContain(
      "it has no label sort, but [ 'kind' ]",
    );
  });
});

describe('a recorder', () => {
  it('forgets when told to', () => {
    log.info('it_happened');
    events.inc({ kind: 'a' });
    traceOperation('work', {}, () => undefined);
    recorder.clear();
    expect([recorder.lines(), recorder.spans(), recorder.metric('recorder_test_total')]).toEqual([[], [], 0]);
  });

  it('puts everything back when closed, also when nested', () => {
    const outer = activePipeline.settings;
    const inner = createRecorder({ level: 'ERROR' });
    log.info('unseen');
    traceOperation('both', {}, () => undefined);
    inner.close();
    log.info('seen');
    expect(inner.lines()).toEqual([]);
    expect(recorder.lines().map(({ event }) => event)).toEqual(['seen']);
    expect(recorder.spans('both')).toHaveLength(1);
    expect(activePipeline.settings).toBe(outer);
  });

  it('puts everything back when several are closed in the wrong order, and twice', () => {
    const outer = activePipeline.settings;
    const first = createRecorder();
    const second = createRecorder();
    first.close();
    log.info('for_second');
    traceOperation('work', {}, () => undefined);
    second.close();
    second.close();
    first.close();
    expect(activePipeline.settings).toBe(outer);
    expect(second.lines('for_second')).toHaveLength(1);
    expect([first.spans(), second.spans('work').length]).toEqual([[], 1]);
    log.info('for_outer');
    recorder.expectLine('for_outer');
  });

  it('closes at the end of its block', () => {
    const outer = activePipeline.settings;
    {
      using inner = createRecorder();
      log.info('inside');
      inner.expectLine('inside');
      expect(activePipeline.settings).not.toBe(outer);
    }
    expect(activePipeline.settings).toBe(outer);
  });
});

// The test kit under node:test: one test that holds and two that fail, for a test to read what is reported.
import { test } from 'node:test';
import { counter, getLogger, traceOperation } from '../index.ts';
import { createRecorder } from './index.ts';

const taken = counter({ name: 'taken_total', help: 'x' });

test('holds', () => {
  using recorder = createRecorder();
  getLogger('shop').info('order_taken', { items: 3 });
  taken.inc();
  recorder.expectLine('order_taken', { items: 3 });
  recorder.expectMetric('taken_total', {}, 1);
});

test('line fails', () => {
  using recorder = createRecorder();
  getLogger('shop').info('order_taken', { items: 3 });
  recorder.expectLine('order_taken', { items: 4 });
});

test('span', () => {
  using recorder = createRecorder();
  traceOperation('work', {}, () => undefined);
  recorder.expectSpan('work');
});

import { expect, it } from 'vitest';
import { createPrettyLine } from './pretty-line.ts';

const plain = createPrettyLine(false);
const record = {
  timestamp: '2026-01-02T03:04:05.006Z',
  level: 'WARNING',
  logger: 'a.b',
  event: 'it_happened',
  service: 'shop',
  environment: 'test',
  version: '1',
};

it('is one readable line: time, level, event, fields, logger', () => {
  const line = plain(JSON.stringify({ ...record, n: 1, text: 'two words', word: 'one', nested: { a: [1] } }));
  expect(line).toMatch(
    /^\d\d:\d\d:05\.006 WARNING {2}it_happened n=1 text="two words" word=one nested=\{"a":\[1\]\} \(a\.b\)$/,
  );
});

it('puts the frames of an error below', () => {
  const error = { type: 'TypeError', message: 'no', stack: 'TypeError: no\n    at f (x.ts:1:2)\n    at g (y.ts:3:4)' };
  expect(plain(JSON.stringify({ ...record, error }))).toMatch(
    /it_happened TypeError: no \(a\.b\)\n {4}at f \(x\.ts:1:2\)\n {4}at g \(y\.ts:3:4\)$/,
  );
});

it('shortens the trace id and leaves out what every line repeats', () => {
  const line = plain(JSON.stringify({ ...record, trace_id: '0123456789abcdef0123456789abcdef', span_id: 'x' }));
  expect(line).toContain('trace_id=01234567 ');
  expect(line).not.toContain('shop');
});

it('uses colours only when asked', () => {
  const line = JSON.stringify(record);
  expect(plain(line)).not.toContain('\u001b');
  expect(createPrettyLine(true)(line)).toContain('\u001b[33mWARNING');
});

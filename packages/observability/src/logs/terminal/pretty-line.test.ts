import { expect, it } from 'vitest';
import { createPrettyLine } from './pretty-line.ts';

const plain = createPrettyLine(false);
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
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

it('shows what was attached to an error, what caused it and what it stands for', () => {
  const cause = {
    type: 'AggregateError',
    message: 'both',
    errors: [{ type: 'Error', message: 'one', stack: 'x\n    at h (z.ts:5:6)' }, 'two'],
  };
  const error = {
    type: 'TypeError',
    message: 'no',
    code: 'E_NO',
    fields: { status: 401, url: 'https://h/a b' },
    cause,
  };
  const lines = plain(JSON.stringify({ ...record, error })).split('\n');
  expect(lines.slice(1)).toEqual([
    '    code=E_NO',
    '    status=401',
    '    url="https://h/a b"',
    '    caused by AggregateError: both',
    '        one of Error: one',
    '            at h (z.ts:5:6)',
    '        one of two',
  ]);
});

it('says how many frames of an endless stack it left out', () => {
  const stack = `x\n${'    at f (x.ts:1:2)\n'.repeat(100)}`;
  const lines = plain(JSON.stringify({ ...record, error: { type: 'RangeError', message: 'deep', stack } })).split('\n');
  expect(lines).toHaveLength(32);
  expect(lines.at(-1)).toBe('    … 70 more');
});

it('writes what a terminal would obey as visible escapes', () => {
  const evil = 'a\u001b[31m\u001b]8;;http://x\u0007\r\n\u0085\u009b\u2028\u202e\u2066z';
  const error = {
    type: evil,
    message: evil,
    code: evil,
    stack: `x\n  at ${evil.replace('\n', '')}`,
    fields: { [evil]: evil },
    cause: evil,
  };
  const shown = plain(
    JSON.stringify({
      ...record,
      level: evil,
      logger: evil,
      event: evil,
      trace_id: evil,
      [evil]: { [evil]: evil },
      error,
    }),
  );
  expect(shown.replaceAll('\n    ', '')).not.toMatch(unsafe);
  expect(shown).toContain('a\\x1b[31m\\x1b]8;;http://x\\x07\\r\\n\\x85\\x9b\\u2028\\u202e\\u2066z');
});

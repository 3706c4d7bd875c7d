import { expect, test } from 'vitest';
import { toYaml } from './yaml-text.ts';

test('writes lists of maps in block style', () => {
  expect(toYaml({ groups: [{ name: 'a', rules: [{ alert: 'X', for: '1m' }] }] })).toBe(
    'groups:\n  - name: a\n    rules:\n      - alert: X\n        for: "1m"\n',
  );
});

test('keeps lines of an expression readable', () => {
  expect(toYaml({ expr: 'a\n  / b' })).toBe('expr: |-\n  a\n    / b\n');
});

test.each(['yes', 'null', '0x10', 'a: b', '# no comment', '{{ $value }}', '', 'ends with space '])(
  'quotes %j',
  (value) => {
    expect(toYaml({ value })).toBe(`value: ${JSON.stringify(value)}\n`);
  },
);

test('writes numbers, flags and empty lists as they are', () => {
  expect(toYaml({ a: 1, b: true, c: [] })).toBe('a: 1\nb: true\nc: []\n');
});

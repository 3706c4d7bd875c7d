import { expect, test } from 'vitest';
import { assertEqual, toComparableLines } from './equal-output.ts';

test('order of lines, order of labels and spelling of numbers do not count', () => {
  const ours = '# HELP a_total A.\na_total{x="1",y="2"} 3\na_bucket{le="1.0"} 4\n';
  const theirs = 'a_bucket{le="1"} 4.0\na_total{y="2",x="1"} 3\nb_total 9\n';
  expect(toComparableLines(ours, 'a_')).toEqual(toComparableLines(theirs, 'a_'));
});

test('values, labels and escapes count', () => {
  const lines = (text: string) => toComparableLines(text, 'a_');
  expect(lines('a_total{x="1"} 3')).not.toEqual(lines('a_total{x="1"} 4'));
  expect(lines('a_total{x="1"} 3')).not.toEqual(lines('a_total{x="2"} 3'));
  expect(lines('a_total{x="\\"b\\",y=\\"c"} 3')).toEqual(['a_total{x="\\"b\\",y=\\"c"} 3']);
  expect(lines('a_bucket{le="+Inf"} NaN')).toEqual(['a_bucket{le="Infinity"} NaN']);
});

test('a difference is told with its place', () => {
  expect(() => assertEqual(['a', 'b'], ['a', 'c'], 'text')).toThrow(/text: .*\n.*entry 1:\nours 'b'\ntheirs 'c'/);
  expect(() => assertEqual({ a: 1 }, { a: 1 }, 'values')).not.toThrow();
});

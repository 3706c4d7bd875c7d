import { expect, test } from 'vitest';
import { createLabelReader } from './label-reader.ts';

test('the generated reader and the plain one read the same', () => {
  const labels = { item: 'x', class: 'y' };
  for (const name of ['item', 'class', 'absent']) {
    expect(createLabelReader('m', name)(labels)).toBe(createLabelReader('not a name', name)(labels));
  }
});

test('a name that is no plain identifier never becomes code', () => {
  const reader = createLabelReader('m', 'item; throw 1');
  expect(reader({ 'item; throw 1': 'v' })).toBe('v');
  expect(createLabelReader('*/ throw 1 /*', 'item')({ item: 'v' })).toBe('v');
});

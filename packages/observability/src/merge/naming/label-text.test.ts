import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toWellFormed } from '../../metrics/text-escapes.ts';
import type { Attributes } from '../../otlp/common-model.ts';
import { toPairs } from '../exposition/label-pairs.ts';
import { LabelTexts } from './label-text.ts';

const none = { has: () => false };
const texts = new LabelTexts(() => {});
const textOf = (attributes: Attributes, reserved: { has(name: string): boolean } = none) =>
  texts.of(attributes, reserved)?.text;

test('names are in order, empty values are no labels, characters of the format are escaped', () => {
  expect(textOf({ b: 'x"y\\z\n', a: '1', c: '' })).toBe(String.raw`a="1",b="x\"y\\z\n"`);
  expect(textOf({})).toBe('');
});

test('values that are no strings are spelled as the specification says', () => {
  const attributes = { a: 1, b: true, c: 2n ** 60n, d: [1, 'x'], e: { f: 1n }, g: new Uint8Array([1, 2]), h: null };
  expect(textOf(attributes)).toBe(
    String.raw`a="1",b="true",c="1152921504606846976",d="[1,\"x\"]",e="{\"f\":\"1\"}",g="AQI="`,
  );
});

test('names of other characters become labels; those that become equal are joined in the order of their first names', () => {
  expect(textOf({ 'http.method': 'GET', '1st': 'x', 'a-b': '1', 'a.b': '2' })).toBe(
    'a_b="1;2",http_method="GET",key_1st="x"',
  );
});

test('names that are added when it is shown, or are Prometheus’ own, go as exported_', () => {
  const reserved = new Set(['job', 'instance', 'le']);
  expect(textOf({ job: 'a', instance: 'b', le: '1', __name__: 'c' }, reserved)).toBe(
    'exported___name__="c",exported_instance="b",exported_job="a",exported_le="1"',
  );
  expect(textOf({ job: 'a' })).toBe('job="a"');
});

test('what cannot be told from other attributes by its labels carries what can', () => {
  const keys = [{ 'a.b': 'x' }, { 'a-b': 'x' }, { a_b: 'x' }].map((attributes) => texts.of(attributes, none));
  expect(keys.map((key) => key?.text)).toEqual(['a_b="x"', 'a_b="x"', 'a_b="x"']);
  expect(new Set(keys.map((key) => key?.rawKey)).size).toBe(3);
  expect(keys[2]?.rawKey).toBe('');
});

test('attributes of other types, and empty ones, are other streams, whatever they show', () => {
  const keys = [{ a: '1' }, { a: 1 }, { a: true }, { a: 'true' }, { a: '' }, { a: null }, {}].map((attributes) =>
    texts.of(attributes, none),
  );
  expect(keys.map((key) => key?.text)).toEqual(['a="1"', 'a="1"', 'a="true"', 'a="true"', '', '', '']);
  expect(new Set(keys.map((key) => `${key?.text} ${key?.rawKey}`)).size).toBe(7);
  expect(texts.of({ a: 1 }, none)).toEqual(keys[1]);
});

test('labels that are too long together are refused, as they are shown and as they tell streams apart', () => {
  const labels = (length: number, filling: string) =>
    Object.fromEntries(Array.from({ length }, (_, i) => [`a${i}`, filling.repeat(1_000)]));
  expect(texts.of(labels(8, 'x'), none)?.text.length).toBeGreaterThan(8_000);
  expect(texts.of(labels(9, 'x'), none)).toBeNull();
  expect(texts.of(labels(5, '"'), none)).toBeNull();
  expect(texts.of({ ...labels(5, '\u0001'), 'b.c': '' }, none)).toBeNull();
});

test('a secret does not leave, and is counted', () => {
  let redacted = 0;
  const counted = new LabelTexts(() => redacted++);
  const url = 'https://me:pass-word@host/';
  expect(counted.of({ url }, none)?.text).not.toContain('pass-word');
  expect(redacted).toBe(1);
});

test('too many attributes, or too long ones, are refused', () => {
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`a${i}`, 'x']));
  expect(texts.of(many, none)).toBeNull();
  expect(texts.of({ a: 'x'.repeat(5_000) }, none)).toBeNull();
  expect(texts.of({ ['x'.repeat(600)]: 'a' }, none)).toBeNull();
});

test('different attributes with names that stand as they are never give one text, and it is read back as it was', () => {
  const labels = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.string({ minLength: 1 }), { maxKeys: 4 });
  fc.assert(
    fc.property(labels, labels, (one, other) => {
      const [a = '', b = ''] = [textOf(one), textOf(other)];
      const sorted = Object.entries(one).sort(([x], [y]) => (x < y ? -1 : 1));
      expect(toPairs(a)).toEqual(sorted.map(([name, value]) => [name, toWellFormed(value)]));
      const sameLabels =
        JSON.stringify(sorted) === JSON.stringify(Object.entries(other).sort(([x], [y]) => (x < y ? -1 : 1)));
      if (a === b) expect(sameLabels).toBe(true);
    }),
  );
});

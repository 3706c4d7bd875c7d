import { expect, test } from 'vitest';
import { sizes } from './sizes.ts';
import { checkWith, places } from './workspace.fixture.ts';

const file = 'packages/sources/src/price.ts';
const check = (text: string, path = file) => places(checkWith(sizes, { [path]: text }));
const lines = (count: number) => 'export {};\n'.repeat(count);

test('a file of 401 lines is caught, one of 400 passes', () => {
  expect(check(lines(401))).toEqual([`${file}:401 401 lines (limit 400)`]);
  expect(check(lines(400))).toEqual([]);
});

test('tests may have 800 lines', () => {
  expect(check(lines(800), 'packages/sources/src/price.test.ts')).toEqual([]);
  expect(check(lines(801), 'packages/sources/src/price.test.ts')).toHaveLength(1);
});

test('a function of more than 70 lines is caught by its name', () => {
  expect(check(`export const readAll = () => {\n${'call();\n'.repeat(69)}};\n`)).toEqual([
    `${file}:1 readAll has 71 lines of its own (limit 70)`,
  ]);
});

test('a factory is measured without the functions it returns, and they by themselves', () => {
  const method = (name: string, count: number) => `const ${name} = () => {\n${'call();\n'.repeat(count)}};\n`;
  const factory = `export function createAll() {\n${method('open', 60)}${method('close', 60)}return { open, close };\n}\n`;
  expect(check(factory)).toEqual([]);
  expect(check(factory.replace('const open', method('read', 80) + 'const open')).join()).toContain('read has 82 lines');
});

test('callbacks without a name count where they stand', () => {
  const body = `later(() => {\n${'call();\n'.repeat(70)}});\n`;
  expect(check(`export function run() {\n${body}}\n`).join()).toContain('run has 74 lines');
});

test('a fourth parameter is caught', () => {
  expect(check('export function read(a: 1, b: 2, c: 3, d: 4) {}\nexport function find(a: 1, b: 2, c: 3) {}\n')).toEqual(
    [`${file}:1 read takes 4 parameters (limit 3)`],
  );
});

test('a callback has as many parameters as its caller gives', () => {
  expect(check('export const text = word.replace(/a(b)c/, (whole, b, at, all) => whole + b + at + all);\n')).toEqual(
    [],
  );
});

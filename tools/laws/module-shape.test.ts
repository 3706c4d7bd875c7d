import { expect, test } from 'vitest';
import { moduleShape } from './module-shape.ts';
import { checkWith, places } from './workspace.fixture.ts';

const file = 'packages/sources/src/price.ts';
const check = (text: string, path = file) => places(checkWith(moduleShape, { [path]: text }));

test.each(["export * from './a.ts';\n", "export * as a from './a.ts';\n", "export type * from './a.ts';\n"])(
  'a star export is caught: %s',
  (text) => {
    expect(check(`${text}export const own = 1;\n`)).toEqual([`${file}:1 export *`]);
  },
);

test.each(['export default 1;\n', 'export default class {}\n', 'const a = 1;\nexport { a as default };\n'])(
  'a default export is caught: %s',
  (text) => {
    expect(check(`${text}export const own = 1;\n`).join()).toContain('default export');
  },
);

test('a tool configuration that needs a default export keeps it', () => {
  expect(check('export default {};\n', 'vitest.config.ts')).toEqual([]);
});

test.each([
  "export { a } from './a.ts';\n",
  "import { a } from './a.ts';\nexport { a };\n",
  "export type { A } from './a.ts';\n",
])('an inner barrel is caught: %s', (text) => {
  expect(check(text, 'packages/sources/src/prices/index.ts')).toEqual([
    'packages/sources/src/prices/index.ts:1 inner barrel: it only passes on other files',
  ]);
});

test('an entry point may pass on what it promises', () => {
  expect(check("export { a } from './a.ts';\n", 'packages/sources/src/fakes.ts')).toEqual([]);
});

test('a file with something of its own may pass on a name too', () => {
  expect(check("export type { A } from './a.ts';\nexport const own = 1;\n")).toEqual([]);
});

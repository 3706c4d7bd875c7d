import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderSchemas, schemasGenerator } from './gen-schemas.ts';

test('a schema is written to each of its places, readable and with a line end', () => {
  const files = renderSchemas([{ paths: ['a.json', 'b/c.json'], schema: { title: 'X' } }]);
  expect([...files]).toEqual([
    ['a.json', '{\n  "title": "X"\n}\n'],
    ['b/c.json', '{\n  "title": "X"\n}\n'],
  ]);
});

test('every settings file has one, and the library ships its own', async () => {
  const files = await schemasGenerator.produce(fileURLToPath(new URL('..', import.meta.url)));
  const names = ['observability', 'autotrader', 'watchlist'].map((name) => `configs/schema/${name}.json`);
  expect([...files.keys()].sort()).toEqual([...names, 'packages/observability/schema/observability.json'].sort());
  for (const path of files.keys()) expect(path).toMatch(schemasGenerator.owns);
});

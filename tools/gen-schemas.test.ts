import { expect, test } from 'vitest';
import { renderSchemas } from './gen-schemas.ts';

const schema = {
  toJSONSchema: () => ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      port: { type: 'integer', minimum: 0, default: 8000, description: '0 takes any.' },
      mode: { type: 'string', enum: ['a', 'b'] },
      name: { type: 'string' },
      list: { type: 'array', items: { type: 'number' }, default: [] },
    },
    additionalProperties: false,
  }),
};

const render = (rootKey?: string) => {
  const files = renderSchemas([{ name: 'x', title: 'X', schema, ...(rootKey === undefined ? {} : { rootKey }) }]);
  return JSON.parse(files.get('configs/schema/x.json') ?? '');
};

test('everything stands below the root key, and nothing beside it', () => {
  const file = render('autotrader');
  expect(Object.keys(file.properties)).toEqual(['autotrader']);
  expect(file.additionalProperties).toBe(false);
  expect(file.title).toBe('X');
});

test('a number may be left to the environment, and keeps its default and description', () => {
  const { port } = render().properties;
  expect(port).toMatchObject({ default: 8000, description: '0 takes any.' });
  expect(port.anyOf[0]).toEqual({ type: 'integer', minimum: 0 });
  expect('${PORT:8000}').toMatch(new RegExp(port.anyOf[1].pattern));
});

test('a closed list may be left to the environment, items of a list too', () => {
  const { mode, list } = render().properties;
  expect(mode.anyOf[0]).toEqual({ type: 'string', enum: ['a', 'b'] });
  expect(list.items.anyOf[0]).toEqual({ type: 'number' });
  expect(list.default).toEqual([]);
});

test('free text needs no exception', () => {
  expect(render().properties.name).toEqual({ type: 'string' });
});

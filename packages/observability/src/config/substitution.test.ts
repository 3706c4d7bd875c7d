// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the syntax under test
import { describe, expect, it } from 'vitest';
import { readScalar, substitute } from './substitution.ts';

describe('substitute', () => {
  const env = { HOST: 'example.org', EMPTY: '', PRICE: '$5', NESTED: '${HOST}' };

  it.each([
    ['plain text', 'plain text'],
    ['${HOST}', 'example.org'],
    ['${HOST:fallback}', 'example.org'],
    ['${MISSING:fallback}', 'fallback'],
    ['${MISSING:-fallback}', 'fallback'],
    ['${EMPTY:fallback}', 'fallback'],
    ['${MISSING:}', ''],
    ['${MISSING:http://127.0.0.1:4318}', 'http://127.0.0.1:4318'],
    ['http://${HOST}:${PORT:80}/', 'http://example.org:80/'],
    ['${MISSING:${HOST}}', 'example.org'],
    ['$$', '$'],
    ['$${HOST}', '${HOST}'],
    ['$HOST', '$HOST'],
    ['costs $', 'costs $'],
    ['${PRICE}', '$5'],
    ['${NESTED}', '${HOST}'],
  ])('makes of %j %j', (text, expected) => {
    expect(substitute(text, env)).toMatchObject({ text: expected });
  });

  it.each([
    ['${MISSING}', 'MISSING'],
    ['${MISSING:${ALSO_MISSING}}', 'ALSO_MISSING'],
    ['${open', '"}"'],
    ['${not a name}', '"not a name"'],
    ['${}', '""'],
  ])('refuses %j naming %s', (text, named) => {
    const result = substitute(text, env);
    expect(result.kind).toBe('failed');
    expect(result).toHaveProperty('message', expect.stringContaining(named));
  });
});

describe('readScalar', () => {
  it.each([
    ['9090', 9090],
    ['-1.5e3', -1500],
    ['true', true],
    ['false', false],
    ['null', null],
    ['1.2.3', '1.2.3'],
    ['0x10', '0x10'],
    ['', ''],
    ['yes', 'yes'],
  ])('reads %j as %j', (text, expected) => {
    expect(readScalar(text)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { defaultRedactFields } from './default-fields.ts';
import { createRedactor } from './redactor.ts';

const redactor = createRedactor(defaultRedactFields);

describe('JSON inside text', () => {
  it.each([
    [
      '{"id":12345678901234567890,"price":1.50,"token":"x"}',
      '{"id":12345678901234567890,"price":1.50,"token":"[REDACTED]"}',
    ],
    ['{ "token" : "x" ,\n  "a":1 }', '{ "token" : "[REDACTED]" ,\n  "a":1 }'],
    ['{"token":"x","token":"y","a":1}', '{"token":"[REDACTED]","token":"[REDACTED]","a":1}'],
    ['{"\\u0074oken":"x"}', '{"\\u0074oken":"[REDACTED]"}'],
    ['{"token":12345,"n":1}', '{"token":"[REDACTED]","n":1}'],
    ['{"a":[{"password":["x",{"y":"z"}]},2]}', '{"a":[{"password":"[REDACTED]"},2]}'],
    ['[["token","x"],["a","b"]]', '[["token","[REDACTED]"],["a","b"]]'],
    ['{"rawHeaders":["Authorization","x","Accept","y"]}', '{"rawHeaders":["Authorization","[REDACTED]","Accept","y"]}'],
    ['["run","--token","x","--verbose"]', '["run","--token","[REDACTED]","--verbose"]'],
    ['{"value":"x","name":"x-api-key"}', '{"value":"[REDACTED]","name":"x-api-key"}'],
    [
      '{"a":"{\\"b\\":\\"{\\\\\\"token\\\\\\":\\\\\\"x\\\\\\"}\\"}"}',
      '{"a":"{\\"b\\":\\"{\\\\\\"token\\\\\\":\\\\\\"[REDACTED]\\\\\\"}\\"}"}',
    ],
    ['{"note":"password: x","n":1}', '{"note":"password: [REDACTED]","n":1}'],
    ['{"https://u:p@h":1}', '{"https://[REDACTED]@h":1}'],
    ['  [ {"token":"x"} ]  ', '  [ {"token":"[REDACTED]"} ]  '],
    ['got {"token":null,"secret":123,"n":1}', 'got {"token":null,"secret":"[REDACTED]","n":1}'],
    ['got {"token":{"a":["x","}"]},"n":1}', 'got {"token":"[REDACTED]","n":1}'],
    ['got {"token":"cut in the mid', 'got {"token":"[REDACTED]"'],
  ])('%j becomes %j', (text, expected) => {
    expect(redactor.cleanText(text)).toBe(expected);
  });

  it.each([
    '{"token":null,"password":"","secret":true,"n":1.0e5}',
    '{"token_symbol":"BTC","tokens":[1,2],"token_count":3}',
    '{"name":"token_symbol","value":"BTC"}',
    '["token","password","secret"]',
    '{}',
    '[]',
    '[info] nothing',
    '{not json',
  ])('%j stays', (text) => {
    expect(redactor.cleanText(text)).toBe(text);
  });

  it('nested deeper than anybody walks still loses its secrets', () => {
    const deep = `${'['.repeat(5_000)}{"token":"hunter2"}${']'.repeat(5_000)}`;
    expect(redactor.cleanText(deep)).not.toContain('hunter2');
  });

  it('counts each secret once', () => {
    redactor.count = 0;
    redactor.cleanText('{"token":"x","a":"https://u:p@h/?secret=y","b":{"name":"cookie","value":"z"}}');
    expect(redactor.count).toBe(4);
  });
});

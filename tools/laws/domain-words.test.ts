import { expect, test } from 'vitest';
import { domainWords } from './domain-words.ts';
import { checkWith, places } from './workspace.fixture.ts';

const found = (line: string, path = 'packages/observability/src/logs/log.ts') =>
  places(checkWith(domainWords, { [path]: `${line}\n` }));

test.each([
  ['an identifier', 'export const gemScore = 1;', '"gem"'],
  ['a type', 'export type TokenReport = 1;', '"token report"'],
  ['a string', "export const name = 'scan_requests_total';", '"scan"'],
  ['a name of its own', '// as CoinGecko does', '"coingecko"'],
  ['a comment in lower case', '// the wallet of a user', '"wallet"'],
  ['a label', 'export const labels = { token_symbol: { limit: 500 } };', '"token symbol"'],
  ['a constant', 'export const HONEYPOT_LIMIT = 1;', '"honeypot"'],
])('%s with a domain word is caught', (_name, line, word) => {
  expect(found(line).join()).toContain(word);
});

test.each([
  "export const redactFields = ['token', 'access_token'];",
  'export const tokens = splitIntoTokens(header); // a token of the grammar',
  "export const used = 'gen_ai.usage.input_tokens';",
  'export const strategem = 1; export const scandal = 2;',
  "import { log } from '@autotrader/observability';",
])('general words stay allowed: %s', (line) => {
  expect(found(line)).toEqual([]);
});

test('redaction may name what it must leave alone', () => {
  expect(found("export const kept = ['token_symbol'];", 'packages/observability/src/logs/redaction.ts')).toEqual([]);
  expect(found("export const kept = ['gem_score'];", 'packages/observability/src/logs/redaction.ts')).toHaveLength(1);
});

test('other packages speak the language of the domain', () => {
  expect(found('export const gemScore = 1;', 'packages/sources/src/price.ts')).toEqual([]);
});

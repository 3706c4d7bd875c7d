import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenKey } from '@autotrader/sources';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eth, link, uni } from '../testing/scan-fixtures.ts';
import { readWatchlist, selectTokens } from './watchlist.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watchlist-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function read(lines: readonly string[]) {
  count += 1;
  const path = join(folder, `watchlist-${count}.yaml`);
  await writeFile(path, lines.join('\n'));
  return readWatchlist(path);
}

const address = '0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984';

describe('a watchlist file', () => {
  it('gives its tokens in order, symbols in upper case', async () => {
    const tokens = await read([
      'tokens:',
      '  - { symbol: eth, coingecko_id: ethereum }',
      `  - { symbol: UNI, name: Uniswap, contract: { chain: ethereum, address: "${address}" } }`,
    ]);
    expect(tokens).toEqual([
      { symbol: 'ETH', coingeckoId: 'ethereum' },
      { symbol: 'UNI', name: 'Uniswap', contract: { chain: 'ethereum', address } },
    ]);
  });

  it('comes with the project: ten tokens, each once', async () => {
    const shipped = await readWatchlist(new URL('../../../../configs/watchlist.yaml', import.meta.url).pathname);
    expect(shipped).toHaveLength(10);
    expect(new Set(shipped.map(tokenKey)).size).toBe(10);
  });

  it.each([
    ['a symbol twice', ['  - { symbol: A, coingecko_id: a }', '  - { symbol: a, coingecko_id: b }'], ':3', 'entry 1'],
    [
      'a token under two symbols',
      ['  - { symbol: A, coingecko_id: a }', '  - { symbol: B, coingecko_id: a }'],
      ':3',
      'entry 1',
    ],
    ['a short address', ['  - { symbol: A, contract: { chain: bsc, address: "0x12" } }'], ':2', 'an address of bsc'],
    [
      'an address of another kind',
      [`  - { symbol: A, contract: { chain: solana, address: "${address}" } }`],
      ':2',
      'base 58',
    ],
    [
      'an unknown chain',
      [`  - { symbol: A, contract: { chain: etherium, address: "${address}" } }`],
      ':2',
      'did you mean "ethereum"',
    ],
    ['nothing to find it by', ['  - { symbol: A, name: Alpha }'], ':2', 'a contract or a coingecko_id'],
    ['a control character', ['  - { symbol: "A\\u0007", coingecko_id: a }'], ':2', 'visible characters'],
    ['an unknown key', ['  - { symbol: A, coingeckoid: a }'], ':2', 'did you mean "coingecko_id"'],
  ])('with %s is refused by line', async (_what, lines, line, words) => {
    const error = await read(['tokens:', ...lines]).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'ConfigError' });
    expect((error as Error).message).toContain(`.yaml${line}`);
    expect((error as Error).message).toContain(words);
  });

  it('without tokens or without a file is refused with a remedy', async () => {
    await expect(read(['tokens: []'])).rejects.toMatchObject({ code: 'SRV_WATCHLIST_EMPTY', exitCode: 2 });
    await expect(readWatchlist(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'SRV_WATCHLIST_MISSING',
      exitCode: 2,
    });
  });
});

describe('selecting tokens', () => {
  const watchlist = [uni, eth, link];

  it('takes all without names, and named ones once in the order asked, whatever their case', () => {
    expect(selectTokens(watchlist, [])).toEqual(watchlist);
    expect(selectTokens(watchlist, ['link', 'UNI', 'LINK'])).toEqual([link, uni]);
  });

  it('refuses an unknown symbol with the nearest and how to list', () => {
    expect(() => selectTokens(watchlist, ['UNII'])).toThrowError(
      expect.objectContaining({
        code: 'SRV_SYMBOL_UNKNOWN',
        exitCode: 2,
        message: '"UNII" is not in the watchlist; the nearest is UNI',
        remedy: expect.stringContaining('UNI, ETH, LINK'),
      }),
    );
  });

  it('shows control characters of a hostile symbol escaped', () => {
    expect(() => selectTokens(watchlist, ['\u001b[31mX'])).toThrowError(/"\\u001b\[31MX"/);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FakeReply, fakes, type MarketToken } from '@autotrader/sources/fakes';
import { sharedFolder } from '@autotrader/sources/testing';
import { describe, expect, it } from 'vitest';
import { createWorld } from './world/world.ts';

const recorded = sharedFolder('recorded');
const world = createWorld();
const market = world.snapshot(Date.UTC(2026, 10, 20, 10, 30));

const chainNumbers: Record<string, string> = { ethereum: '1', bsc: '56', base: '8453' };

type Body = Record<string, unknown>;

function ask(source: string, path: string, query: Record<string, string> = {}, method = 'GET'): FakeReply {
  const fake = fakes.find((candidate) => candidate.source === source);
  if (fake === undefined) throw new Error(`no fake of ${source}`);
  return fake.answer({ method, path, query: new URLSearchParams(query), headers: {} }, market);
}

function json<T = Body>(reply: FakeReply): T {
  return JSON.parse(reply.body) as T;
}

function tokenThatIs(truth: string): MarketToken & { contract: NonNullable<MarketToken['contract']> } {
  const found = market.tokens.find((token) => world.truth(token.symbol) === truth);
  if (found?.contract === undefined) throw new Error(`no ${truth} with a contract`);
  return { ...found, contract: found.contract };
}

const gem = tokenThatIs('gem');
const gemId = gem.listing?.coingeckoId ?? '';
const gemSecurity = () =>
  json<{ result: Record<string, Body> }>(
    ask('goplus', `/token_security/${chainNumbers[gem.contract.chain]}`, { contract_addresses: gem.contract.address }),
  );

describe.skipIf(recorded === null)('beside a recorded reply (needs the shared folder "recorded")', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(recorded ?? '', file), 'utf8'));

  it('a row of /coins/markets has every key', () => {
    const [row] = json<Body[]>(ask('coingecko', '/coins/markets', { vs_currency: 'usd', ids: gemId }));
    const [old] = read('coingecko/coins_markets_50_rows_2021.json');
    const [now] = read('coingecko/docs_coins_markets.json');
    const windowed = Object.keys(now).filter((key) => /_in_currency$|^sparkline/.test(key));
    const wanted = [...Object.keys(old), ...Object.keys(now)].filter((key) => !windowed.includes(key));
    expect(Object.keys(row ?? {})).toEqual(expect.arrayContaining(wanted));
  });

  it('a coin has every key, its blocks too', () => {
    const coin = json(ask('coingecko', `/coins/${gemId}`));
    const example = read('coingecko/docs_coin_by_contract.json');
    expect(Object.keys(coin)).toEqual(expect.arrayContaining(Object.keys(example)));
    for (const block of ['links', 'image', 'community_data', 'developer_data']) {
      expect(Object.keys(coin[block] as Body)).toEqual(expect.arrayContaining(Object.keys(example[block])));
    }
    const longWindows = /_(?:14d|60d|200d|1y)(?:_in_currency)?$/;
    const wanted = Object.keys(example.market_data).filter((key) => !longWindows.test(key));
    expect(Object.keys(coin['market_data'] as Body)).toEqual(expect.arrayContaining(wanted));
  });

  it('a native coin names no platform, as bitcoin does', () => {
    const native = market.tokens.find((token) => token.contract === undefined);
    const coin = json(ask('coingecko', `/coins/${native?.listing?.coingeckoId}`));
    const bitcoin = read('coingecko/coin_bitcoin_no_market_data.json');
    for (const key of ['asset_platform_id', 'platforms', 'detail_platforms']) expect(coin[key]).toEqual(bitcoin[key]);
    expect('contract_address' in coin).toBe(false);
  });

  it('a pair has every key but the picture block, with values of the same type', () => {
    const [pair] = json<Body[]>(ask('dexscreener', `/tokens/v1/${gem.contract.chain}/${gem.contract.address}`));
    const example: Body = read('dexscreener/tokens_usdc_pulsechain_forks_first_trimmed.json').pairs[0];
    for (const [key, value] of Object.entries(example)) {
      if (key !== 'labels') expect(typeof pair?.[key], key).toBe(typeof value);
    }
    expect(Object.keys(pair?.['liquidity'] as Body)).toEqual(Object.keys(example['liquidity'] as Body));
    expect(Object.keys(pair?.['txns'] as Body)).toEqual(Object.keys(example['txns'] as Body));
    expect(Object.keys(pair?.['volume'] as Body)).toEqual(Object.keys(example['volume'] as Body));
  });

  it('an EVM contract has every key of a full GoPlus reply, with values of the same type', () => {
    const [fields = {}] = Object.values(gemSecurity().result);
    const [example = {}] = Object.values(
      read('goplus/evm_lp_token_locked_detail_mintable.json').result as Record<string, Body>,
    );
    for (const [key, value] of Object.entries(example)) expect(typeof fields[key], key).toBe(typeof value);
    const [holder = {}] = fields['holders'] as Body[];
    const [exampleHolder = {}] = (example['holders'] as Body[]).slice(1);
    for (const [key, value] of Object.entries(exampleHolder)) expect(typeof holder[key], key).toBe(typeof value);
  });

  it('a Solana mint has every key of a GoPlus reply, with values of the same type', () => {
    const mint = market.tokens.find((token) => token.contract?.chain === 'solana')?.contract?.address ?? '';
    const reply = json<{ result: Record<string, Body> }>(
      ask('goplus', '/solana/token_security', { contract_addresses: mint }),
    );
    const example: Body = read('goplus/solana_token_security_raydium.json');
    for (const [key, value] of Object.entries(example)) {
      if (key !== 'trusted_token') expect(typeof reply.result[mint]?.[key], key).toBe(typeof value);
    }
  });

  it.each([
    ['coingecko', '/coins/no-such-coin', {}, 404, 'coingecko/error_404_coin_not_found.json'],
    ['coingecko', '/coins/ethereum/contract/0x00', {}, 404, 'coingecko/error_404_coin_not_found.json'],
    ['dexscreener', '/latest/dex/tokens/0x00', {}, 200, 'dexscreener/tokens_unknown_address_pairs_null.json'],
    ['dexscreener', '/latest/dex/pairs/bsc/0x00', {}, 200, 'dexscreener/pairs_unknown_pair_null.json'],
    ['dexscreener', '/token-pairs/v1/bsc/0x00', {}, 200, 'dexscreener/token_pairs_v1_unknown_empty.json'],
    ['dexscreener', '/tokens/v1/bsc/0x00', {}, 200, 'dexscreener/token_pairs_v1_unknown_empty.json'],
    ['goplus', '/token_security/1', { contract_addresses: `0x${'0'.repeat(40)}` }, 200, 'goplus/evm_empty_result.json'],
  ])('%s says "unknown" to %s %o as recorded', (source, path, query, status, file) => {
    const reply = ask(source, path, query as Record<string, string>);
    expect(reply.status).toBe(status);
    expect(json(reply)).toEqual(read(file));
  });

  it('"too many requests" of CoinGecko is the recorded one', () => {
    const reply = fakes.find((fake) => fake.source === 'coingecko')?.tooManyRequests();
    expect(JSON.parse(reply?.body ?? '')).toEqual(read('coingecko/error_429_rate_limit_status_object.json'));
    expect(reply?.headers).not.toHaveProperty('retry-after');
  });
});

describe('CoinGecko', () => {
  it('pings, searches and prices', () => {
    expect(json(ask('coingecko', '/ping'))).toEqual({ gecko_says: '(V3) To the Moon!' });
    const { coins } = json<{ coins: Body[] }>(ask('coingecko', '/search', { query: gem.symbol.toLowerCase() }));
    expect(coins.map((coin) => coin['id'])).toEqual([gemId]);
    const query = { ids: `${gemId},nobody`, vs_currencies: 'usd', include_last_updated_at: 'true' };
    expect(json(ask('coingecko', '/simple/price', query))).toEqual({
      [gemId]: { usd: gem.priceUsd, last_updated_at: market.asOfMs / 1000 },
    });
  });

  it('sorts markets by market cap, leaves unknown ids out, and pages', () => {
    const rows = json<{ id: string; market_cap: number }[]>(ask('coingecko', '/coins/markets', { vs_currency: 'usd' }));
    const caps = rows.map((row) => row.market_cap);
    expect(caps).toEqual([...caps].sort((a, b) => b - a));
    expect(rows).toHaveLength(8);
    const page = json<{ id: string }[]>(
      ask('coingecko', '/coins/markets', { vs_currency: 'usd', per_page: '3', page: '2' }),
    );
    expect(page.map((row) => row.id)).toEqual(rows.slice(3, 6).map((row) => row.id));
    expect(json(ask('coingecko', '/coins/markets', { vs_currency: 'usd', ids: 'nobody' }))).toEqual([]);
  });

  it('adds a window only to who asks for it', () => {
    const rowFor = (extra: Record<string, string>) =>
      json<Body[]>(ask('coingecko', '/coins/markets', { vs_currency: 'usd', ids: gemId, ...extra }))[0] ?? {};
    expect(rowFor({})).not.toHaveProperty('price_change_percentage_7d_in_currency');
    expect(rowFor({ price_change_percentage: '24h,7d' })).toHaveProperty('price_change_percentage_7d_in_currency');
  });

  it('leaves out the blocks that are not wanted, and finds a coin by contract whatever the case', () => {
    const path = `/coins/${gem.contract.chain}/contract/${gem.contract.address.toUpperCase().replace('0X', '0x')}`;
    const coin = json(ask('coingecko', path, { market_data: 'false', localization: 'false' }));
    expect(coin['id']).toBe(gemId);
    expect(Object.keys(coin)).not.toEqual(expect.arrayContaining(['market_data']));
  });

  it('does not list every token', () => {
    const unlisted = market.tokens.filter((token) => token.listing === undefined);
    expect(unlisted.length).toBeGreaterThan(0);
  });

  it('asks for the currency, and knows its own paths only', () => {
    expect(ask('coingecko', '/coins/markets').status).toBe(422);
    for (const path of ['/', '/coins', '/coins/a/b', '/%E0%A4%A', '/exchanges'])
      expect(ask('coingecko', path).status).toBe(404);
    expect(ask('coingecko', '/ping', {}, 'POST').status).toBe(404);
  });
});

describe('DexScreener', () => {
  it('writes addresses in mixed case and prices as plain decimals', () => {
    const pairs = market.tokens.flatMap((token) =>
      token.contract === undefined
        ? []
        : json<Body[]>(ask('dexscreener', `/tokens/v1/${token.contract.chain}/${token.contract.address}`)),
    );
    expect(pairs.length).toBeGreaterThan(10);
    for (const pair of pairs) {
      expect(String(pair['priceUsd'])).toMatch(/^\d+(\.\d+)?$/);
      expect(String(pair['priceNative'])).toMatch(/^\d+(\.\d+)?$/);
    }
    expect(JSON.stringify(pairs)).toMatch(/"address":"0x[0-9a-f]*[A-F]/);
  });

  it('has a pair in which the token is the quote, one without liquidity, and a namesake that only its address tells apart', () => {
    const trusted = tokenThatIs('trusted');
    const address = trusted.contract.address;
    const pairs = json<{ quoteToken: { address: string } }[]>(ask('dexscreener', `/tokens/v1/ethereum/${address}`));
    expect(pairs.some((pair) => pair.quoteToken.address.toLowerCase() === address)).toBe(true);
    const all = json<{ pairs: Body[] }>(ask('dexscreener', '/latest/dex/search', { q: gem.symbol })).pairs;
    const bases = new Set(all.map((pair) => (pair['baseToken'] as Body)['address']));
    expect(bases.size).toBeGreaterThan(1);
    const everything = market.tokens.flatMap((token) => token.pools);
    expect(everything.some((pool) => pool.reportedLiquidityUsd === null)).toBe(true);
  });

  it('answers several addresses at once, and keeps v1 to its chain', () => {
    const two = [gem, tokenThatIs('dud')].map((token) => token.contract.address).join(',');
    const { pairs } = json<{ pairs: Body[] }>(ask('dexscreener', `/latest/dex/tokens/${two}`));
    expect(new Set(pairs.map((pair) => (pair['baseToken'] as Body)['symbol'])).size).toBe(2);
    expect(json(ask('dexscreener', `/tokens/v1/avalanche/${gem.contract.address}`))).toEqual([]);
  });

  it('finds nothing for nothing, and knows its own paths only', () => {
    expect(json(ask('dexscreener', '/latest/dex/search'))).toEqual({ schemaVersion: '1.0.0', pairs: [] });
    for (const path of ['/', '/latest', '/tokens/v2/bsc/0x00']) expect(ask('dexscreener', path).status).toBe(404);
  });
});

describe('GoPlus', () => {
  it('keys its result by the lower-case address and writes flags and fractions as strings', () => {
    const { result } = gemSecurity();
    const fields = result[gem.contract.address.toLowerCase()] ?? {};
    expect(fields).toMatchObject({ is_honeypot: '0', is_open_source: '1', buy_tax: '0', owner_address: '' });
    expect(fields['creator_percent']).toMatch(/^0\.\d{6}$/);
    expect(Object.keys(fields)).toEqual([...Object.keys(fields)].sort());
  });

  it('answers the first of several addresses', () => {
    const both = `${gem.contract.address},0x${'1'.repeat(40)}`;
    const reply = ask('goplus', `/token_security/${chainNumbers[gem.contract.chain]}`, { contract_addresses: both });
    expect(Object.keys(json<{ result: Body }>(reply).result)).toHaveLength(1);
  });

  it('leaves out what it cannot know of an unverified contract', () => {
    const larger = createWorld({ seed: 1, size: 400 }).snapshot(market.asOfMs);
    const unverified = larger.tokens.find((token) => token.security?.flags['is_open_source'] === false);
    const { chain = '', address = '' } = unverified?.contract ?? {};
    const fake = fakes.find((candidate) => candidate.source === 'goplus');
    const query = new URLSearchParams({ contract_addresses: address });
    const reply = fake?.answer(
      { method: 'GET', path: `/token_security/${chainNumbers[chain]}`, query, headers: {} },
      larger,
    );
    const [fields = {}] = Object.values((JSON.parse(reply?.body ?? '') as { result: Record<string, Body> }).result);
    expect(fields).toMatchObject({ is_open_source: '0', is_honeypot: '1' });
    for (const key of ['is_mintable', 'owner_address', 'transfer_pausable']) expect(fields).not.toHaveProperty(key);
  });

  it.each([
    ['/token_security/1', {}, 5006],
    ['/token_security/999999', { contract_addresses: `0x${'1'.repeat(40)}` }, 5006],
    ['/token_security/1', { contract_addresses: 'not-an-address' }, 2004],
    ['/solana/token_security', { contract_addresses: '0x00' }, 2004],
  ])('reports a faulty question inside HTTP 200: %s %o', (path, query, code) => {
    const reply = ask('goplus', path, query as Record<string, string>);
    expect(reply.status).toBe(200);
    expect(json(reply)).toMatchObject({ code, result: null });
  });

  it('says "too many requests" with HTTP 200', () => {
    const reply = fakes.find((fake) => fake.source === 'goplus')?.tooManyRequests(10);
    expect(reply).toMatchObject({ status: 200, headers: { 'retry-after': '10' } });
    expect(JSON.parse(reply?.body ?? '')).toMatchObject({ code: 4029 });
  });
});

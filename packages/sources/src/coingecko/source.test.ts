import { describe, expect, it } from 'vitest';
import type { FakeReply, FakeRequest, SourceFake } from '../imitation/market-token.ts';
import { type Bench, type BenchSettings, withBench } from '../testing/contract-bench.ts';
import { sampleCoin, sampleListedToken, sampleMarket, sampleNowMs, sampleToken } from '../testing/sample-market.ts';
import { coingeckoFake } from './fake.ts';
import { coin, coingecko, markets } from './source.ts';

const bench = (test: (bench: Bench) => Promise<void>, settings: BenchSettings = {}, fake: SourceFake = coingeckoFake) =>
  withBench({ source: coingecko, fake, settings }, test);

const json = (status: number, body: unknown): FakeReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const row = (id: string, rest: object = {}) => ({ id, symbol: id, current_price: 2, ...rest });

describe('CoinGecko', () => {
  it('asks once for the prices of many coins', () =>
    bench(
      async ({ collect, server }) => {
        server.setAnswer(({ path, query }: FakeRequest) =>
          path === '/coins/markets'
            ? json(
                200,
                (query.get('ids') ?? '').split(',').map((id) => row(id)),
              )
            : coingeckoFake.answer({ method: 'GET', path: '/coins/sample-coin', query, headers: {} }, sampleMarket),
        );
        const tokens = Array.from({ length: 260 }, (_, index) => ({
          symbol: `T${index}`,
          coingeckoId: `coin-${index}`,
        }));
        const reports = await Promise.all(tokens.map((token) => collect({ token })));
        expect(reports.every(({ quantities }) => quantities.price_usd?.state === 'fresh')).toBe(true);
        const asked = server.requests.filter(({ path }) => path === '/coins/markets');
        expect(asked.map(({ query }) => query.get('ids')?.split(',').length)).toEqual([250, 10]);
        expect(asked[0]?.query.get('price_change_percentage')).toBe('7d');
      },
      // Few calls, so that the coins that the report can do without are not asked.
      { requests_per_minute: 60, burst: 10 },
    ));

  it('refreshes the prices of all coins asked for lately with the first that is asked for again', () =>
    bench(async ({ collect, server, advance }) => {
      const named = (id: string) => ({ symbol: id, coingeckoId: id });
      const idsAsked = () =>
        server.requests.filter(({ path }) => path === '/coins/markets').map(({ query }) => query.get('ids'));
      server.setAnswer(({ path, query }) =>
        path === '/coins/markets'
          ? json(
              200,
              (query.get('ids') ?? '').split(',').map((id) => row(id)),
            )
          : json(404, { error: 'coin not found' }),
      );
      for (const id of ['one', 'two', 'three']) await collect({ token: named(id) });
      expect(idsAsked()).toEqual(['one', 'two', 'three']);
      advance(markets.ttlMs + 1);
      await collect({ token: named('one') });
      expect((await collect({ token: named('two') })).calls[0]).toMatchObject({
        endpoint: 'markets',
        obtained: 'cache',
      });
      expect(idsAsked().slice(3)).toEqual(['one,three,two']);
      advance(2 * 3_600_000);
      await collect({ token: named('one') });
      expect(idsAsked().slice(4)).toEqual(['one']);
    }));

  it('takes numbers from the market row and the rest from the coin', () =>
    bench(async ({ collect }) => {
      const { quantities, texts, calls } = await collect({ token: sampleListedToken });
      expect(quantities.price_usd).toMatchObject({ state: 'fresh', from: { endpoint: 'markets' } });
      expect(quantities.price_change_7d_percent).toMatchObject({
        value: { value: -2.5 },
        from: { endpoint: 'markets' },
      });
      expect(quantities.sentiment_up_percent).toMatchObject({ value: { value: 71.5 }, from: { endpoint: 'coin' } });
      expect(texts).toMatchObject({
        state: 'fresh',
        value: [{ kind: 'description' }, { kind: 'notice' }, { kind: 'category' }],
      });
      expect(calls.map(({ endpoint }) => endpoint)).toEqual(['markets', 'coin']);
    }));

  it('falls back to the coin where the market row does not know', () =>
    bench(async ({ collect, server }) => {
      server.setAnswer((request) =>
        request.path === '/coins/markets'
          ? json(200, [row('sample-gem', { market_cap: 0, circulating_supply: 0 })])
          : coingeckoFake.answer(request, sampleMarket),
      );
      const { quantities } = await collect({ token: sampleListedToken });
      expect(quantities.price_usd).toMatchObject({ value: { value: 2 } });
      expect(quantities.market_cap_usd).toMatchObject({ value: { value: 7_500_000 }, from: { endpoint: 'coin' } });
    }));

  it('finds a token by its contract, and later prices it by the id it learnt', () =>
    bench(async ({ collect, server, advance }) => {
      await collect({ token: sampleToken });
      expect(server.requests.map(({ path }) => path)).toEqual([
        `/coins/ethereum/contract/${sampleToken.contract?.address.toLowerCase()}`,
      ]);
      advance(markets.ttlMs + 1);
      const { quantities } = await collect({ token: sampleToken });
      expect(server.requests[1]).toMatchObject({ path: '/coins/markets' });
      expect(server.requests[1]?.query.get('ids')).toBe('sample-gem');
      expect(quantities.price_usd).toMatchObject({ state: 'fresh', from: { endpoint: 'markets' } });
      expect(server.requests).toHaveLength(2);
    }));

  it('says when the source says its values are from', () =>
    bench(async ({ collect, server }) => {
      const reply = (last_updated: string) => json(200, [row('sample-coin', { last_updated })]);
      server.setAnswer(({ path }) =>
        path === '/coins/markets' ? reply('2026-11-01T11:58:00.000Z') : json(404, { error: 'coin not found' }),
      );
      const { quantities } = await collect({ token: sampleCoin });
      expect(quantities.price_usd).toMatchObject({ from: { observedAtMs: sampleNowMs - 120_000 } });
    }));

  it('never takes a value for newer than its arrival', () =>
    bench(async ({ collect, server }) => {
      server.setAnswer(({ path }) =>
        path === '/coins/markets'
          ? json(200, [row('sample-coin', { last_updated: '2030-01-01T00:00:00Z' })])
          : json(404, { error: 'coin not found' }),
      );
      const { quantities } = await collect({ token: sampleCoin });
      expect(quantities.price_usd).toMatchObject({ from: { observedAtMs: sampleNowMs } });
    }));

  it('leaves the price its place when few calls are allowed', () =>
    bench(
      async ({ collect }) => {
        const tokens = Array.from({ length: 10 }, (_, index) => ({
          symbol: `T${index}`,
          coingeckoId: `coin-${index}`,
        }));
        const reports = await Promise.all(tokens.map((token) => collect({ token })));
        expect(reports.every(({ calls }) => calls[0]?.outcome === 'no_record')).toBe(true);
        const coins = reports.map(({ calls }) => calls[1]?.outcome);
        expect(coins.filter((outcome) => outcome === 'no_record')).toHaveLength(3);
        expect(coins.filter((outcome) => outcome === 'rate_limited')).toHaveLength(7);
      },
      { requests_per_minute: 5, burst: 5 },
    ));

  it.each([
    ['http://127.0.0.1:1', 'x-cg-demo-api-key'],
    ['https://api.coingecko.com/api/v3', 'x-cg-demo-api-key'],
    ['https://pro-api.coingecko.com/api/v3', 'x-cg-pro-api-key'],
  ])('sends the key to %s as %s', (baseUrl, header) => {
    expect(coingecko.authHeaders('CG-1', baseUrl)).toEqual({ [header]: 'CG-1' });
  });

  it('sends its key', () =>
    bench(
      async ({ collect, server }) => {
        await collect({ token: sampleCoin });
        expect(server.requests.map(({ headers }) => headers['x-cg-demo-api-key'])).toEqual(['CG-1', 'CG-1']);
      },
      { api_key: 'CG-1' },
    ));

  it.each([
    [200, { status: { error_code: 429, error_message: 'slow down' } }, 'rate_limited'],
    [401, { status: { error_code: 10002, error_message: 'API Key Missing' } }, 'auth'],
    [400, { status: { error_code: 10010, error_message: 'wrong host' } }, 'auth'],
    [400, { status: { error_code: 10011, error_message: 'wrong host' } }, 'auth'],
    [401, { error: { status: { error_code: 10012, error_message: 'beyond 365 days' } } }, 'plan'],
    [403, { status: { error_code: 10005, error_message: 'for Pro' } }, 'plan'],
    [403, { status: { error_code: 20000, error_message: 'Blocked: your ASN' } }, 'blocked'],
    [403, 'error code: 1020', 'blocked'],
    [404, { error: 'coin not found' }, 'no_record'],
    [200, { error: 'coin not found' }, 'no_record'],
    [404, { message: 'no route' }, 'bad_request'],
    [200, 'translation missing: en.api.errors.too_many_coin_ids', 'bad_request'],
    [500, { error: 'boom' }, 'server'],
  ])('takes HTTP %i with %j for %s', (status, body, outcome) =>
    bench(async ({ collect, server }) => {
      server.setFaults(
        [
          {
            kind: 'reply',
            reply:
              typeof body === 'string'
                ? { status, headers: { 'content-type': 'text/plain' }, body }
                : json(status, body),
          },
        ],
        true,
      );
      expect((await collect()).calls[0]?.outcome).toBe(outcome);
    }),
  );

  it('reads a coin whose blocks are missing, empty or of another type', () => {
    const { values } = coin.parse(
      {
        id: 'a',
        symbol: 'a',
        market_data: { current_price: {}, market_cap: null },
        description: [],
        categories: [null, ''],
      },
      [{ id: 'a' }],
    );
    const facts = coin.read(values.get('id:a') ?? expect.fail(), { nowMs: 0, answeredAtMs: 0 });
    expect(facts.quantities?.price_usd).toBeNull();
    expect(facts.texts).toEqual([]);
  });

  it('tells text without its markup', () => {
    const { values } = coin.parse(
      { id: 'a', symbol: 'a', description: { en: 'Buy <a href="https://x">me</a>\r\n<b>now</b>' } },
      [{ id: 'a' }],
    );
    const facts = coin.read(values.get('id:a') ?? expect.fail(), { nowMs: 0, answeredAtMs: 0 });
    expect(facts.texts).toEqual([{ kind: 'description', text: 'Buy me now' }]);
  });

  it.each([
    ['no platform', { asset_platform_id: null, platforms: { '': '' } }, true],
    ['a platform', { asset_platform_id: 'ethereum', platforms: { ethereum: '0x1' } }, false],
    [
      'addresses on platforms but none of its own',
      { asset_platform_id: null, platforms: { '': '', base: '0x1' } },
      false,
    ],
    ['no word about platforms', {}, null],
    ['no word about addresses', { asset_platform_id: null }, null],
    ['an empty list of addresses', { asset_platform_id: null, platforms: {} }, null],
    ['a platform left out', { platforms: { '': '' } }, null],
    ['platforms of another type', { asset_platform_id: null, platforms: [''] }, null],
    ['an address of another type', { asset_platform_id: null, platforms: { '': null } }, null],
    ['no platform in a preview', { asset_platform_id: null, platforms: { '': '' }, preview_listing: true }, null],
  ])('reads %s', (_, platforms, isNative) => {
    const { values } = coin.parse({ id: 'a', symbol: 'a', ...platforms }, [{ id: 'a' }]);
    const facts = coin.read(values.get('id:a') ?? expect.fail(), { nowMs: 0, answeredAtMs: 0 });
    expect(facts.isNative).toBe(isNative);
  });

  it('says of a native coin that it is one, and of a coin it could not ask about nothing', () =>
    bench(async ({ collect, server }) => {
      expect((await collect({ token: sampleCoin })).isNative).toMatchObject({
        state: 'fresh',
        value: true,
        from: { source: 'coingecko', endpoint: 'coin' },
      });
      expect((await collect({ token: sampleToken })).isNative).toMatchObject({ state: 'fresh', value: false });
      server.setAnswer(() => coingeckoFake.tooManyRequests());
      const report = await collect({ token: { symbol: 'X', coingeckoId: 'x' } });
      expect(report.isNative).toMatchObject({ state: 'missing', reason: 'rate_limited' });
    }));

  it('has nothing to ask about a token known by symbol only', () =>
    bench(async ({ collect, server }) => {
      const report = await collect({ token: { symbol: 'X' } });
      expect(report.quantities.price_usd).toMatchObject({ state: 'missing', reason: 'not_applicable' });
      expect(server.requests).toEqual([]);
    }));
});

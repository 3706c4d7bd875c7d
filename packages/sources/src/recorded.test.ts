import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSources } from './create-sources.ts';
import type { SourceName } from './registry.ts';
import type { AskedCall, CheckName, QuantityName, SourceReport } from './report.ts';
import { sourceSettingsSchema } from './settings.ts';
import { sharedFolder } from './testing/shared-folder.ts';
import { startSourceServer } from './testing/source-server.ts';
import type { Token } from './token.ts';

interface Expected {
  readonly token: Token;
  /** @default 200 */
  readonly status?: number;
  readonly outcome?: AskedCall['outcome'];
  readonly quantities?: Partial<Record<QuantityName, number | string>>;
  readonly checks?: Partial<Record<CheckName, string>>;
  /** How the file's body is put on the wire, where the recorder kept only a part. */
  readonly wrap?: (body: unknown) => unknown;
}

const id = (coingeckoId: string): Token => ({ symbol: 'X', coingeckoId });
const at = (chain: 'ethereum' | 'base' | 'solana' | 'avalanche' | 'bsc', address: string): Token => ({
  symbol: 'X',
  contract: { chain, address },
});
const anyEvm = at('ethereum', '0x00000000000000000000000000000000000000aa');
const usdc = at('ethereum', '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48');
const raydium = at('solana', '4k3Dyjzvzp8eMZWUXbBCjEvwSkkk59S5iCNLY3QrkX6R');
const trump = at('solana', '6p6xgHyF7AeE6TZkSmFsko444wqoP15icUSqi2jfGiPN');
const unreadable = { outcome: 'schema' } as const;

/** Every file of these three sources: what a client must make of it, or why it must refuse it. */
const table: Readonly<Record<SourceName, Readonly<Record<string, Expected>>>> = {
  coingecko: {
    'coin_binancecoin_history_2025_10_29.json': {
      token: anyEvm,
      quantities: { price_usd: 1103.595300080196, max_supply: 'not_reported' },
    },
    'coin_bitcoin_no_market_data.json': {
      token: anyEvm,
      quantities: { price_usd: 'not_reported', circulating_supply: 'not_reported', watchlist_users: 1588545 },
    },
    'coin_ethereum_history_2024_01_01.json': {
      token: anyEvm,
      quantities: { price_usd: 2279.9410085689606, sentiment_up_percent: 'not_reported' },
    },
    'coin_yearn_finance_13_platforms_no_market_data.json': { token: anyEvm, quantities: { price_usd: 'not_reported' } },
    'coin_zksync_pro_api_no_market_data.json': { token: anyEvm, quantities: { price_usd: 'not_reported' } },
    'coins_markets_50_rows_2021.json': {
      token: id('ethereum'),
      quantities: {
        price_usd: 4502.25,
        market_cap_usd: 534290263116,
        fdv_usd: 'not_reported',
        circulating_supply: 118579044.874,
        max_supply: 'not_reported',
        price_change_24h_percent: -3.73505,
      },
    },
    'coins_markets_row_nulls_exponent_dsun.json': {
      token: id('dsun-token'),
      quantities: {
        price_usd: 3.271e-9,
        market_cap_usd: 'not_reported',
        circulating_supply: 'not_reported',
        total_supply: 1e15,
        volume_24h_usd: 440.27,
        price_change_24h_percent: 'not_reported',
      },
    },
    'docs_asset_platforms.json': { token: id('bitcoin'), ...unreadable },
    'docs_coin_by_contract.json': { token: anyEvm, quantities: { price_usd: 2115.04 } },
    'docs_coin_full.json': {
      token: anyEvm,
      quantities: {
        price_usd: 69840,
        market_cap_usd: 1373296629498,
        price_change_7d_percent: -0.89706,
        sentiment_up_percent: 84.07,
        watchlist_users: 1541900,
      },
    },
    'docs_coins_markets.json': { token: id('bitcoin'), quantities: { price_usd: 77671 } },
    'docs_market_chart.json': { token: id('bitcoin'), ...unreadable },
    'docs_ohlc.json': { token: id('bitcoin'), ...unreadable },
    'docs_search.json': { token: anyEvm, ...unreadable },
    'docs_search_trending.json': { token: anyEvm, ...unreadable },
    'docs_simple_token_price.json': { token: anyEvm, ...unreadable },
    'error_20000_blocked_asn.json': { token: id('bitcoin'), status: 403, outcome: 'blocked' },
    'error_200_with_429_body.json': { token: id('bitcoin'), outcome: 'rate_limited' },
    'error_404_coin_not_found.json': { token: anyEvm, status: 404, outcome: 'no_record' },
    'error_429_rate_limit_status_object.json': { token: id('bitcoin'), status: 429, outcome: 'rate_limited' },
    'market_chart_prices_trimmed_2021.json': { token: anyEvm, ...unreadable },
    'simple_price_eth_btc_pro_api.json': { token: anyEvm, ...unreadable },
    'simple_price_integer_and_float.json': { token: anyEvm, ...unreadable },
    'simple_price_small_number.json': { token: anyEvm, ...unreadable },
  },
  dexscreener: {
    'orders_v1_object_shape_2026.json': { token: usdc, ...unreadable },
    'pair_raydium_clmm_labels_app_wrapped.json': {
      token: raydium,
      // Half of what is reported is not there: 21393 SOL at 3.75 / 0.01777, twice.
      quantities: {
        price_usd: 3.75,
        liquidity_usd: 2 * 21393 * (3.75 / 0.01777),
        liquidity_reported_usd: 8517032.69,
        buys_24h: 39764,
        dex_volume_24h_usd: 37969132.46,
      },
    },
    'pairs_trump_pair_and_pairs_duplicate_2025.json': {
      token: trump,
      quantities: { price_usd: 17.62, sells_24h: 1567 },
    },
    'pairs_unknown_pair_null.json': { token: usdc, outcome: 'no_record' },
    'search_qi_bullet_name_fdv_below_marketcap_trimmed.json': {
      token: at('avalanche', '0x8729438EB15e2C8B576fCc6AeCdA6A148776C0F5'),
      // One-sided pool: 0.0006465 WAVAX against 9 885 USD "liquidity".
      quantities: {
        price_usd: 0.001343,
        liquidity_reported_usd: 9885.17,
        liquidity_usd: 2 * 0.0006465 * (0.001343 / 0.0001403),
      },
    },
    'token_pairs_v1_unknown_empty.json': { token: usdc, outcome: 'no_record' },
    'tokens_injective_no_fdv_no_labels_2024.json': { token: usdc, outcome: 'no_record' },
    'tokens_unknown_address_pairs_null.json': { token: usdc, outcome: 'no_record' },
    'tokens_usdc_pulsechain_forks_first_trimmed.json': {
      token: usdc,
      // The deepest pair is a fork's on another chain and prices USDC at 0.00097.
      quantities: {
        price_usd: 1.00028,
        liquidity_usd: 2 * 549737,
        buys_24h: 1705,
        price_change_24h_percent: 'not_reported',
      },
    },
  },
  goplus: {
    'evm_aero_base_univ4_nft_lp_trimmed.json': {
      token: at('base', '0x940181a94A35A4569E4529A3CDfB74e38FD98631'),
      quantities: {
        holders: 752290,
        top10_holder_fraction: Number('0.019152349809686342'),
        lp_locked_fraction: 0,
        owner_fraction: 0,
        buy_tax_fraction: 'not_reported',
      },
      checks: { not_honeypot: 'not_reported', source_verified: 'not_reported', not_mintable: 'not_reported' },
    },
    'evm_empty_result.json': { token: anyEvm, outcome: 'no_record' },
    'evm_lp_token_locked_detail_mintable.json': {
      token: at('ethereum', '0xd7e1055aa8ca4bc723788c5e69e38d27b90c5097'),
      quantities: {
        buy_tax_fraction: 0.05,
        sell_tax_fraction: 0.0493,
        holders: 3,
        top10_holder_fraction: Number('0.009999999999999999'),
        lp_locked_fraction: 'not_reported',
      },
      checks: { not_mintable: 'fail', not_honeypot: 'pass', source_verified: 'pass', on_trust_list: 'not_reported' },
    },
    'solana_token_security_raydium.json': {
      token: raydium,
      wrap: (body) => ({ code: 1, message: 'OK', result: { [raydium.contract?.address ?? '']: body } }),
      quantities: { holders: 250721, top10_holder_fraction: 0.2497 + 0.2222 + 0.0613, lp_locked_fraction: 0 },
      checks: { not_mintable: 'pass', no_blacklist: 'pass', on_trust_list: 'pass', can_sell_all: 'not_reported' },
    },
  },
};

const folder = sharedFolder('recorded');

describe.skipIf(folder === null)('recorded replies (skipped where the folder of recordings is absent)', () => {
  for (const source of Object.keys(table) as SourceName[]) {
    const files = folder === null ? [] : recordedFiles(join(folder, source));
    it(`of ${source} are all in the table`, () => {
      expect(Object.keys(table[source]).toSorted()).toEqual(files);
    });
    it.each(files)(`${source}/%s is understood`, async (file) => {
      const expected = table[source][file];
      if (folder === null || expected === undefined) throw new Error(`${file} is not in the table`);
      const body: unknown = JSON.parse(readFileSync(join(folder, source, file), 'utf8'));
      const report = await collectReply(source, expected, expected.wrap?.(body) ?? body);
      expect(report.calls[0]?.outcome).toBe(expected.outcome ?? 'answered');
      expect(picked(report.quantities, expected.quantities)).toEqual(expected.quantities ?? {});
      expect(picked(report.checks, expected.checks)).toEqual(expected.checks ?? {});
    });
  }
});

/** Bodies alone; the `.http.json` beside some of them hold the same body with its headers. */
function recordedFiles(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((file) => file.endsWith('.json') && !file.endsWith('.http.json'))
    .toSorted();
}

async function collectReply(
  source: SourceName,
  { token, status = 200 }: Expected,
  body: unknown,
): Promise<SourceReport> {
  const headers = { 'content-type': 'application/json' };
  const server = await startSourceServer(() => ({ status, headers, body: JSON.stringify(body) }));
  const settings = sourceSettingsSchema.parse({ [source]: { base_url: server.url, requests_per_minute: 60_000 } });
  const sources = createSources({ settings });
  try {
    return await sources.collect(source, token, { deadlineAtMs: Date.now() + 5_000 });
  } finally {
    await sources.close();
    await server.close();
  }
}

interface Shown {
  readonly state: string;
  readonly reason?: string;
  readonly value?: { readonly value: number };
}

/** The wanted names: the number, the reason it is missing, or the state of the check. */
function picked(readings: Readonly<Record<string, Shown>>, wanted: object = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(wanted).map((name) => {
      const reading = readings[name];
      return [name, reading?.value?.value ?? reading?.reason ?? reading?.state];
    }),
  );
}

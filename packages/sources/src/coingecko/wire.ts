import { z } from 'zod';
import type { Facts } from '../define-source.ts';
import { parsePositive, parseQuantity } from '../numeric.ts';
import type { SourceText } from '../report.ts';
import { WireError } from '../wire-error.ts';

const value = z.unknown().optional();
/** Only what carries the reply is demanded; every number is read leniently, so one odd field never costs the rest. */
const row = z.object({
  id: z.string(),
  symbol: z.string(),
  current_price: value,
  market_cap: value,
  fully_diluted_valuation: value,
  total_volume: value,
  circulating_supply: value,
  total_supply: value,
  max_supply: value,
  price_change_percentage_24h: value,
  price_change_percentage_7d_in_currency: value,
  last_updated: value,
});
const perCurrency = z.object({ usd: value }).nullish().catch(undefined);
const marketData = z.object({
  current_price: perCurrency,
  market_cap: perCurrency,
  fully_diluted_valuation: perCurrency,
  total_volume: perCurrency,
  circulating_supply: value,
  total_supply: value,
  max_supply: value,
  price_change_percentage_24h: value,
  price_change_percentage_7d: value,
  last_updated: value,
});
const list = z.array(z.unknown()).nullish().catch(undefined);
/** A coin's body is some hundred kilobytes at times; what is not named here is not kept. */
const coin = z.object({
  id: z.string(),
  symbol: z.string(),
  asset_platform_id: value,
  platforms: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  preview_listing: value,
  description: z.object({ en: value }).nullish().catch(undefined),
  categories: list,
  public_notice: value,
  additional_notices: list,
  sentiment_votes_up_percentage: value,
  watchlist_portfolio_users: value,
  last_updated: value,
  market_data: marketData.nullish().catch(undefined),
});

export type MarketRow = z.output<typeof row>;
export type Coin = z.output<typeof coin>;

const longestText = 5_000;

/** `/coins/markets`: a bare array. Unknown ids are silently absent. */
export function parseMarkets(body: unknown): ReadonlyMap<string, MarketRow> {
  if (!Array.isArray(body)) throw new WireError('an array of coins', body);
  const rows = body.map((entry) => row.safeParse(entry)).flatMap((parsed) => (parsed.success ? [parsed.data] : []));
  if (rows.length < body.length) throw new WireError('coins that each have id and symbol', body[0]);
  return new Map(rows.map((entry) => [entry.id, entry]));
}

/** `/coins/{id}` and `/coins/{platform}/contract/{address}`. */
export function parseCoin(body: unknown): Coin {
  const parsed = coin.safeParse(body);
  if (!parsed.success) throw new WireError('a coin with id and symbol', body);
  return parsed.data;
}

export function readMarketRow(entry: MarketRow): Facts {
  return {
    quantities: {
      price_usd: parsePositive(entry.current_price),
      // CoinGecko writes 0 where it does not know market cap or supply.
      market_cap_usd: parsePositive(entry.market_cap),
      fdv_usd: parsePositive(entry.fully_diluted_valuation),
      volume_24h_usd: parseQuantity(entry.total_volume),
      circulating_supply: parsePositive(entry.circulating_supply),
      total_supply: parsePositive(entry.total_supply),
      max_supply: parsePositive(entry.max_supply),
      price_change_24h_percent: parseQuantity(entry.price_change_percentage_24h),
      price_change_7d_percent: parseQuantity(entry.price_change_percentage_7d_in_currency),
    },
    observedAtMs: parseIsoTime(entry.last_updated),
  };
}

export function readCoin(coin: Coin): Facts {
  const market = coin.market_data;
  return {
    quantities: {
      price_usd: parsePositive(market?.current_price?.usd),
      market_cap_usd: parsePositive(market?.market_cap?.usd),
      fdv_usd: parsePositive(market?.fully_diluted_valuation?.usd),
      volume_24h_usd: parseQuantity(market?.total_volume?.usd),
      circulating_supply: parsePositive(market?.circulating_supply),
      total_supply: parsePositive(market?.total_supply),
      max_supply: parsePositive(market?.max_supply),
      price_change_24h_percent: parseQuantity(market?.price_change_percentage_24h),
      price_change_7d_percent: parseQuantity(market?.price_change_percentage_7d),
      sentiment_up_percent: parseQuantity(coin.sentiment_votes_up_percentage),
      watchlist_users: parseQuantity(coin.watchlist_portfolio_users),
    },
    texts: textsOf(coin),
    isNative: isNativeCoin(coin),
    observedAtMs: parseIsoTime(market?.last_updated) ?? parseIsoTime(coin.last_updated),
  };
}

/**
 * A chain's own coin has the platform null and one address, empty, on a platform without a name. Each alone is also how
 * a listing looks that is not filled in yet, so that both must say it; a preview says nothing.
 */
function isNativeCoin({ asset_platform_id: platform, platforms, preview_listing: isPreview }: Coin): boolean | null {
  const addresses = Object.entries(platforms ?? {});
  if (typeof platform === 'string' && platform !== '') return false;
  if (addresses.some(([, address]) => typeof address === 'string' && address !== '')) return false;
  const isUnnamed = addresses.length === 1 && addresses[0]?.[0] === '' && addresses[0][1] === '';
  return platform === null && isUnnamed && isPreview !== true ? true : null;
}

function textsOf(value: Coin): readonly SourceText[] {
  const notices = [value.public_notice, ...(value.additional_notices ?? [])];
  return [
    ...toTexts('description', [value.description?.en]),
    ...toTexts('notice', notices),
    ...toTexts('category', value.categories ?? []),
  ];
}

function toTexts(kind: SourceText['kind'], values: readonly unknown[]): readonly SourceText[] {
  return values
    .filter((entry) => typeof entry === 'string')
    .map((entry) => toPlainText(entry))
    .filter((text) => text !== '')
    .map((text) => ({ kind, text }));
}

function toPlainText(html: string): string {
  return html
    .slice(0, 4 * longestText)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longestText);
}

function parseIsoTime(value: unknown): number | null {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : null;
}

import { type JsonObject, plainDecimal } from '../imitation/fake-reply.ts';
import type { MarketHolder, MarketPool, MarketSecurity, MarketToken } from '../imitation/market-token.ts';

/** A token that GoPlus has a record of. */
export type SecuredToken = MarketToken & { readonly security: MarketSecurity };

/** GoPlus writes an amount with up to 18 decimals, never with an exponent. */
const decimals18 = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(18));

/** A fraction as a string: "0.05" is 5 %. */
const fractionText = (fraction: number): string =>
  fraction === 0 ? '0' : plainDecimal(fraction, 4).replace(/0+$/, '');

const flagText = (flag: boolean): '0' | '1' => (flag ? '1' : '0');

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, '+00:00');

/** The fields of one EVM contract. Keys come in alphabetical order, and what is not known has none. */
export function evmFields(token: SecuredToken, asOfMs: number): JsonObject {
  const { security } = token;
  const total = token.supply.total;
  const fields: Record<string, unknown> = {
    ...flagFields(security),
    ...taxFields(security),
    ...peopleFields(security, total),
    dex: token.pools.filter((pool) => !pool.tokenIsQuote).map(dexRow),
    holder_count: String(security.holders),
    holders: security.topHolders.map((holder) => holderRow(holder, total, asOfMs)),
    lp_holder_count: String(security.lpHolders.length),
    lp_holders: security.lpHolders.map((holder) => lpRow(holder, asOfMs)),
    lp_total_supply: decimals18(lpTotal),
    token_name: token.name,
    token_symbol: token.symbol,
    total_supply: decimals18(total),
    ...(security.trusted ? { trust_list: '1' } : {}),
    ...(security.listedOn.length === 0 ? {} : { is_in_cex: { listed: '1', cex_list: security.listedOn } }),
  };
  return sorted(fields);
}

/** An unverified contract cannot be read, so its owner is not known; "" is an owner given up. */
function peopleFields(security: MarketSecurity, total: number): JsonObject {
  const creator = {
    creator_address: security.creatorAddress,
    creator_balance: decimals18(security.creatorFraction * total),
    creator_percent: security.creatorFraction.toFixed(6),
  };
  if (security.flags['is_open_source'] !== true) return creator;
  return {
    ...creator,
    owner_address: security.ownerAddress,
    owner_balance: decimals18(security.ownerFraction * total),
    owner_percent: security.ownerFraction.toFixed(6),
  };
}

function flagFields(security: MarketSecurity): JsonObject {
  const known = Object.entries(security.flags).filter((entry): entry is [string, boolean] => entry[1] !== null);
  return Object.fromEntries(known.map(([name, flag]) => [name, flagText(flag)]));
}

function taxFields(security: MarketSecurity): JsonObject {
  return {
    ...(security.buyTaxFraction === null ? {} : { buy_tax: fractionText(security.buyTaxFraction) }),
    ...(security.sellTaxFraction === null
      ? {}
      : { sell_tax: fractionText(security.sellTaxFraction), transfer_tax: '0' }),
  };
}

function dexRow(pool: MarketPool): JsonObject {
  return {
    liquidity_type: pool.labels.includes('v3') ? 'UniV3' : 'UniV2',
    name: dexName(pool),
    liquidity: (pool.counterAmount * pool.counter.priceUsd * 2).toFixed(8),
    pair: pool.pairAddress,
  };
}

function dexName(pool: MarketPool): string {
  const name = pool.dexId.charAt(0).toUpperCase() + pool.dexId.slice(1);
  return `${name}${(pool.labels[0] ?? '').toUpperCase()}`;
}

function lockFields(holder: MarketHolder, amount: string, asOfMs: number): JsonObject {
  if (!holder.isLocked || holder.lockEndsAtMs === undefined) return {};
  const locked = { amount, end_time: iso(holder.lockEndsAtMs), opt_time: iso(Math.min(asOfMs, lockedSinceMs)) };
  return { locked_detail: [locked] };
}

/** When the locks of this market were made: before any moment it is asked for. */
const lockedSinceMs = Date.UTC(2024, 8, 1);

/** Pool shares of the imitated market: their number says nothing, only the fractions do. */
const lpTotal = 100_000;

function holderRow(holder: MarketHolder, total: number, asOfMs: number): JsonObject {
  const balance = decimals18(holder.fraction * total);
  return {
    address: holder.address,
    tag: holder.tag,
    is_contract: holder.isContract ? 1 : 0,
    balance,
    percent: holder.fraction.toFixed(18),
    is_locked: holder.isLocked ? 1 : 0,
    ...lockFields(holder, balance, asOfMs),
  };
}

function lpRow(holder: MarketHolder, asOfMs: number): JsonObject {
  const balance = decimals18(holder.fraction * lpTotal);
  return {
    address: holder.address,
    tag: holder.tag,
    value: null,
    is_contract: holder.isContract ? 1 : 0,
    balance,
    percent: holder.fraction.toFixed(18),
    NFT_list: null,
    is_locked: holder.isLocked ? 1 : 0,
    ...lockFields(holder, balance, asOfMs),
  };
}

const authorityFlags = [
  'balance_mutable_authority',
  'closable',
  'default_account_state_upgradable',
  'freezable',
  'mintable',
  'transfer_fee_upgradable',
  'transfer_hook_upgradable',
] as const;

/** The fields of one Solana mint: another shape altogether. */
export function solanaFields(token: SecuredToken, asOfMs: number): JsonObject {
  const { security } = token;
  const total = token.supply.total;
  const fields: Record<string, unknown> = {
    creators: security.creatorAddress === '' ? [] : [{ address: security.creatorAddress, malicious_address: 0 }],
    default_account_state: '1',
    dex: token.pools.filter((pool) => !pool.tokenIsQuote).map(solanaDexRow),
    holder_count: String(security.holders),
    holders: security.topHolders.map((holder) => solanaHolderRow(holder, total, asOfMs)),
    lp_holders: security.lpHolders.map((holder) => solanaHolderRow(holder, lpTotal, asOfMs)),
    metadata: { description: '', name: token.name, symbol: token.symbol, uri: '' },
    metadata_mutable: { metadata_upgrade_authority: [], status: '0' },
    non_transferable: flagText(security.flags['non_transferable'] === true),
    total_supply: decimals18(total),
    transfer_fee: {},
    transfer_hook: [],
    ...(security.trusted ? { trusted_token: 1 } : {}),
  };
  for (const name of authorityFlags) {
    const flag = security.flags[name];
    if (flag === undefined || flag === null) continue;
    const authority = flag ? [{ address: security.ownerAddress, malicious_address: 0 }] : [];
    fields[name] = { authority, status: flagText(flag) };
  }
  return sorted(fields);
}

function solanaDexRow(pool: MarketPool): JsonObject {
  const price = plainDecimal(pool.priceUsd, 12);
  const window = { price_max: price, price_min: price, volume: pool.trading.h24.volumeUsd.toFixed(8) };
  return {
    burn_percent: 0,
    day: window,
    dex_name: pool.dexId,
    fee_rate: '0.0025',
    id: pool.pairAddress,
    lp_amount: String(lpTotal),
    month: window,
    open_time: String(Math.floor(pool.createdAtMs / 1000)),
    price,
    tvl: (pool.counterAmount * pool.counter.priceUsd * 2).toFixed(8),
    type: 'Standard',
    week: window,
  };
}

/** Four decimals only, unlike the EVM rows. */
function solanaHolderRow(holder: MarketHolder, total: number, asOfMs: number): JsonObject {
  const balance = String(Math.round(holder.fraction * total * 1e6) / 1e6);
  return {
    account: holder.address,
    balance,
    is_locked: holder.isLocked ? 1 : 0,
    locked_detail: [],
    percent: holder.fraction.toFixed(4),
    tag: holder.tag,
    token_account: holder.address,
    ...lockFields(holder, balance, asOfMs),
  };
}

function sorted(fields: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

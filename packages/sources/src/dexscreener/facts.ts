import type { Facts } from '../define-source.ts';
import { toQuantity } from '../numeric.ts';
import type { Quantity } from '../reading.ts';
import type { Pool } from './pool.ts';

const dayMs = 86_400_000;

/** How far a pool's price may be from the median of all pools before it is taken for a trap or a dead pool. */
const priceTolerance = 0.2;

/** What a token's pools on one chain say together. Trades and volume are sums; all else is the selected pool's. */
export function readPools(all: readonly Pool[], answeredAtMs: number): Facts {
  const asBase = all.filter((pool) => pool.side === 'base');
  const pools = asBase.length > 0 ? asBase : all;
  // Keys are left out at times: buys of one pool more than sells would pass for buying pressure.
  const twoSided = pools.filter((pool) => pool.buys !== null && pool.sells !== null);
  const selected = selectPool(pools);
  return {
    quantities: {
      price_usd: selected?.priceUsd ?? null,
      market_cap_usd: selected?.marketCapUsd ?? null,
      fdv_usd: selected?.fdvUsd ?? null,
      liquidity_usd: quantityOf(selected?.realLiquidityUsd),
      liquidity_reported_usd: selected?.reportedLiquidityUsd ?? null,
      dex_volume_24h_usd: sum(pools, (pool) => pool.volumeUsd),
      buys_24h: sum(twoSided, (pool) => pool.buys),
      sells_24h: sum(twoSided, (pool) => pool.sells),
      price_change_24h_percent: selected?.changePercent ?? null,
      pair_age_days: ageInDays(selected?.createdAtMs ?? null, answeredAtMs),
    },
  };
}

/** The pool a holder would sell through: priced like most others, with the most of a token worth having. */
export function selectPool(pools: readonly Pool[]): Pool | null {
  const median = medianOf(pools.flatMap((pool) => (pool.priceUsd === null ? [] : [pool.priceUsd.value])));
  const near = pools.filter((pool) => isNear(pool.priceUsd, median));
  // Two pools that disagree have a median neither is near to.
  const candidates = near.length > 0 ? near : pools;
  return candidates.reduce<Pool | null>((best, pool) => (best === null || isDeeper(pool, best) ? pool : best), null);
}

/** A pool whose liquidity is unknown is behind every pool where it is known, and compared by what is reported. */
function isDeeper(pool: Pool, than: Pool): boolean {
  const real = pool.realLiquidityUsd ?? -1;
  const thanReal = than.realLiquidityUsd ?? -1;
  if (real !== thanReal) return real > thanReal;
  return (pool.reportedLiquidityUsd?.value ?? -1) > (than.reportedLiquidityUsd?.value ?? -1);
}

function isNear(price: Quantity | null, median: number | null): boolean {
  return price !== null && median !== null && Math.abs(price.value - median) <= priceTolerance * median;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** `null` when no pool tells: unknown is not the same as none. */
function sum(pools: readonly Pool[], of: (pool: Pool) => number | null): Quantity | null {
  const known = pools.map(of).filter((value) => value !== null);
  return known.length === 0 ? null : toQuantity(known.reduce((total, value) => total + value, 0));
}

function ageInDays(createdAtMs: number | null, answeredAtMs: number): Quantity | null {
  return createdAtMs === null ? null : toQuantity(Math.max(0, answeredAtMs - createdAtMs) / dayMs);
}

function quantityOf(value: number | null | undefined): Quantity | null {
  return value === null || value === undefined ? null : toQuantity(value);
}

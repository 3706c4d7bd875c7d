import { freshness } from '../validation/freshness-deadlines.ts';
import type { Feature } from './feature.ts';
import { partOf } from './feature-parts.ts';
import { toScale } from './scales.ts';

/**
 * Net buying in USD: volume × (buys − sells) ÷ (buys + sells). The sources count trades by side and volume in total,
 * so this takes buys and sells to be of the same size on average; a few large sells among many small buys are not seen.
 */
export function netInflowUsd(volumeUsd: number, buys: number, sells: number): number {
  const trades = buys + sells;
  return trades === 0 ? 0 : (volumeUsd * (buys - sells)) / trades;
}

export const accumulationScore: Feature = {
  name: 'accumulation_score',
  category: 'market',
  deadlineMs: freshness.marketMs,
  keepsLastGood: true,
  parts: (facts) => [
    partOf(facts, {
      weight: 1,
      names: ['dex_volume_24h_usd', 'buys_24h', 'sells_24h'],
      value: (volume = 0, buys = 0, sells = 0) => toScale('net_inflow', netInflowUsd(volume, buys, sells)),
    }),
  ],
};

import type { QuantityName } from '@autotrader/sources';
import type { CrossFieldRule, Severity } from './rule.ts';

/** Rounding and replies put together from values a few minutes apart. */
const slack = 1.01;

function notAbove(lower: QuantityName, upper: QuantityName, severity: Severity): CrossFieldRule {
  return {
    check: (value) => {
      const a = value(lower);
      const b = value(upper);
      if (a === undefined || b === undefined || a <= b * slack) return null;
      return { name: lower, refusal: { severity, message: `${lower} ${a} is above ${upper} ${b}` } };
    },
  };
}

/** A source that counts market cap otherwise than price × circulating supply is used, but said. */
const capMatchesSupply: CrossFieldRule = {
  check: (value) => {
    const price = value('price_usd');
    const supply = value('circulating_supply');
    const cap = value('market_cap_usd');
    if (price === undefined || supply === undefined || cap === undefined) return null;
    const expected = price * supply;
    if (Math.abs(expected - cap) <= 0.2 * Math.max(expected, cap)) return null;
    const message = `market cap ${cap} is more than 20 % from price × circulating supply ${expected}`;
    return { name: 'market_cap_usd', refusal: { severity: 'warning', message } };
  },
};

const tradesHaveVolume: CrossFieldRule = {
  check: (value) => {
    const buys = value('buys_24h');
    const sells = value('sells_24h');
    const volume = value('dex_volume_24h_usd');
    if (buys === undefined || sells === undefined || volume === undefined) return null;
    if (buys + sells > 0 === volume > 0) return null;
    const message = `${buys + sells} trades and a volume of ${volume} USD do not go together`;
    return { name: 'dex_volume_24h_usd', refusal: { severity: 'warning', message } };
  },
};

/**
 * What one source's values say about each other. Only one source at a time: between sources the same name may
 * count one chain here and all chains there.
 */
export const crossFieldRules: readonly CrossFieldRule[] = [
  notAbove('circulating_supply', 'total_supply', 'error'),
  notAbove('total_supply', 'max_supply', 'warning'),
  notAbove('market_cap_usd', 'fdv_usd', 'warning'),
  notAbove('owner_fraction', 'top10_holder_fraction', 'warning'),
  capMatchesSupply,
  tradesHaveVolume,
];

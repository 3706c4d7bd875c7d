/**
 * From a measured amount to 0..1. `linear` runs from `zeroAt` to `fullAt` (which may lie below it: more is worse).
 * `log` is ln(1 + x ÷ floor) ÷ ln(1 + fullAt ÷ floor): 0 at 0, 1 at `fullAt`, with `floor` about the amount from
 * which a token is more than nothing. It is used where amounts span orders of magnitude, because on a linear scale
 * every small token would score 0 and differ from no other.
 */
export type Scale =
  | {
      readonly kind: 'linear';
      readonly unit: string;
      readonly zeroAt: number;
      readonly fullAt: number;
      readonly why: string;
    }
  | {
      readonly kind: 'log';
      readonly unit: string;
      readonly floor: number;
      readonly fullAt: number;
      readonly why: string;
    };

/** All scales of the score, their units and where they come from. */
export const scales = {
  net_inflow: {
    kind: 'log',
    unit: 'USD in 24 h',
    floor: 10_000,
    fullAt: 1_000_000,
    why: 'Full at 1 M USD of net buying a day. No net buying and net selling are both 0: points are given for evidence only.',
  },
  trades: {
    kind: 'log',
    unit: 'buys and sells in 24 h',
    floor: 100,
    fullAt: 10_000,
    why: 'Full at 10 000 trades: the free sources count trades, not active wallets.',
  },
  liquidity: {
    kind: 'log',
    unit: 'USD, twice the quote side',
    floor: 10_000,
    fullAt: 5_000_000,
    why: 'Full at 5 M USD. 50 000 USD, the threshold of the finding thin_liquidity, is 0.29.',
  },
  holders: {
    kind: 'log',
    unit: 'addresses',
    floor: 500,
    fullAt: 500_000,
    why: 'Full at 500 000 holders.',
  },
  watchlist_users: {
    kind: 'log',
    unit: 'CoinGecko users who watch it',
    floor: 500,
    fullAt: 500_000,
    why: 'Stands in for holders where those are not known, and then counts half.',
  },
  circulating_share: {
    kind: 'linear',
    unit: 'circulating ÷ largest supply',
    zeroAt: 0,
    fullAt: 1,
    why: 'What does not circulate yet will dilute those who hold.',
  },
  top10_share: {
    kind: 'linear',
    unit: 'fraction of supply',
    zeroAt: 0.8,
    fullAt: 0.2,
    why: 'Ten holders with a fifth are common among healthy tokens; with four fifths they set the price.',
  },
  insider_share: {
    kind: 'linear',
    unit: 'fraction of supply',
    zeroAt: 0.2,
    fullAt: 0,
    why: 'A creator or owner with a fifth can empty most pools.',
  },
  votes_up: {
    kind: 'linear',
    unit: 'percent of votes',
    zeroAt: 0,
    fullAt: 100,
    why: 'The share of favourable votes as it is.',
  },
} as const satisfies Record<string, Scale>;

export type ScaleName = keyof typeof scales;

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Total: any finite amount gives 0..1. */
export function toScale(name: ScaleName, amount: number): number {
  const scale: Scale = scales[name];
  if (scale.kind === 'linear') return clamp((amount - scale.zeroAt) / (scale.fullAt - scale.zeroAt));
  if (amount <= 0) return 0;
  return clamp(Math.log1p(amount / scale.floor) / Math.log1p(scale.fullAt / scale.floor));
}

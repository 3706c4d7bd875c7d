import { createNoise } from '../random.ts';
import { cyclePosition, driftFactor } from './cycle.ts';
import type { TokenProfile } from './profile.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** The price as a function of how long before the asked moment it is wanted. */
export interface PriceCurve {
  priceAt(agoMs: number): number;
  /** Rounded to hundredths of a percent, as the sources give it. */
  changePercent(overMs: number): number;
  range24h(): { readonly highUsd: number; readonly lowUsd: number };
}

/** Slow waves carry most of the wandering, so that the price is smooth from one minute to the next. */
const waves = [
  { periodMs: 9 * dayMs, share: 0.5 },
  { periodMs: 2 * dayMs, share: 0.28 },
  { periodMs: 7 * hourMs, share: 0.15 },
  { periodMs: 40 * minuteMs, share: 0.07 },
] as const;

/** The price of a token around one moment: its drift since the cycle began times its wandering. */
export function priceCurve(seed: number, profile: TokenProfile, nowMs: number): PriceCurve {
  const noise = createNoise(seed, `${profile.label}/price`);
  const position = cyclePosition(nowMs, profile.offsetDays);
  const priceAt = (agoMs: number): number => {
    const timeMs = nowMs - agoMs;
    const wandering = waves.reduce((sum, wave) => sum + wave.share * noise(timeMs, wave.periodMs), 0);
    const drift = driftFactor(profile.kind.driftPerDayFraction, position - agoMs / dayMs);
    return profile.basePriceUsd * drift * (1 + profile.kind.volatility * wandering);
  };
  const now = priceAt(0);
  return {
    priceAt,
    changePercent: (overMs) => Math.round((now / priceAt(overMs) - 1) * 10_000) / 100,
    range24h: () => {
      const hours = Array.from({ length: 25 }, (_, hour) => priceAt(hour * hourMs));
      return { highUsd: Math.max(...hours), lowUsd: Math.min(...hours) };
    },
  };
}

/** No price of this token, at any time, is outside these. */
export function priceBounds(profile: TokenProfile, cycleDays: number): { highUsd: number; lowUsd: number } {
  const ends = [
    driftFactor(profile.kind.driftPerDayFraction, -31),
    driftFactor(profile.kind.driftPerDayFraction, cycleDays),
  ];
  return {
    highUsd: profile.basePriceUsd * Math.max(...ends) * (1 + profile.kind.volatility),
    lowUsd: profile.basePriceUsd * Math.min(...ends) * (1 - profile.kind.volatility),
  };
}

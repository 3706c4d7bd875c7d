const dayMs = 86_400_000;

/** Days after which a drifting price starts anew: without it a falling price would reach zero, however late the world is asked. */
export const cycleDays = 90;

/** Pools of young tokens are between these ages; then they count as opened again. */
const youngPoolDays = { min: 2, span: 28 } as const;

/** Days into the current cycle of a token, 0 ≤ x < 90. Every token starts its cycles at another day. */
export function cyclePosition(nowMs: number, offsetDays: number): number {
  return modulo(nowMs / dayMs + offsetDays, cycleDays);
}

/**
 * What a steady daily change has made of 1 since the cycle began. Days before the cycle's start are counted
 * on the same curve, so that changes over a window never see the restart.
 */
export function driftFactor(perDayFraction: number, days: number): number {
  const whole = Math.floor(days);
  const step = whole < 0 ? 1 / (1 + perDayFraction) : 1 + perDayFraction;
  let factor = 1;
  for (let day = 0; day < Math.abs(whole); day += 1) factor *= step;
  return factor * (1 + perDayFraction * (days - whole));
}

/** When a young token's pool was opened. */
export function youngSince(nowMs: number, offsetDays: number): number {
  const age = youngPoolDays.min + modulo(nowMs / dayMs + offsetDays, youngPoolDays.span);
  return Math.round(nowMs - age * dayMs);
}

/** A moment between half a year and one and a half years ahead, the same one for a whole year. */
export function lockEnd(nowMs: number): number {
  const yearMs = 365 * dayMs;
  return Math.ceil((nowMs + yearMs / 2) / yearMs) * yearMs;
}

function modulo(value: number, by: number): number {
  return value - Math.floor(value / by) * by;
}

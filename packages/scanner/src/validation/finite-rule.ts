import type { ReadingRule } from './rule.ts';

/** Refuses what is not a finite number: a JSON reply can carry `1e999`, and a broken parser `NaN`. */
export const finiteRule: ReadingRule = {
  rule: 'finite',
  check: (_name, reading) =>
    Number.isFinite(reading.value.value)
      ? null
      : { severity: 'error', message: `expected a finite number, got ${String(reading.value.value)}` },
};

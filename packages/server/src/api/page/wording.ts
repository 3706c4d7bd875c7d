/** How long ago or how old, short enough for a table. */
export function ageText(seconds: number | null): string {
  if (seconds === null) return 'unknown';
  if (seconds < 1) return 'under 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });
const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 5 });

/** A number a person can read at a glance; what is not known says so. */
export function numberText(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'unknown';
  const size = Math.abs(value);
  if (size !== 0 && size < 0.000_01) return value.toExponential(3);
  return size >= 100_000 ? compact.format(value) : plain.format(value);
}

export function percentText(fraction: number | null): string {
  return fraction === null ? 'unknown' : `${Math.round(fraction * 100)} %`;
}

const units: readonly (readonly [suffix: string, write: (value: number) => string])[] = [
  ['_usd', (value) => `$${numberText(value)}`],
  ['_percent', (value) => `${numberText(value)} %`],
  ['_fraction', (value) => `${numberText(value * 100)} %`],
  ['_days', (value) => `${numberText(value)} d`],
];

/** A value with the unit that its name ends in. */
export function valueText(name: string, value: number | null): string {
  if (value === null) return 'unknown';
  const unit = units.find(([suffix]) => name.endsWith(suffix));
  return unit === undefined ? numberText(value) : unit[1](value);
}

/** `liquidity_usd` as people say it. */
export function nameText(name: string): string {
  const words = name.replace(/_(usd|percent|fraction|days)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Why something is missing, in words. */
export function reasonText(reason: string | null): string {
  return reason === null ? 'unknown' : reason.replaceAll('_', ' ');
}

/** `2026-11-22T10:00:00.000Z` without what nobody reads. */
export function clockText(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

/**
 * The naming rules of Prometheus as its own linter states them (`promtool check metrics`, 2.x and 3.x), so that what is
 * declared here never draws its complaints. Stricter in a few points, each listed in the test beside the linter's own.
 */

/** Lower-case names only: the legacy grammar without colons (kept for recording rules) and without camelCase. */
export const namePattern = /^[a-z_][a-z0-9_]*$/;

const baseUnits = new Set('amperes bytes celsius grams joules kelvin meters metres moles seconds volts'.split(' '));
const otherUnits = new Set(
  'minutes hours days weeks kelvins fahrenheit rankine inches yards miles bits calories pounds ounces'.split(' '),
);
const prefixes = 'pico nano micro milli centi deci deca hecto kilo kibi mega mibi giga gibi tera tebi peta pebi'.split(
  ' ',
);
const abbreviations = new Set('s ms us ns sec b kb mb gb tb pb m h d'.split(' '));
const typeWords = ['counter', 'gauge', 'histogram', 'summary'];

/** The part of a name that is a unit other than a base unit, or its abbreviation (which may only open a name). */
export function findBadUnit(name: string): string | undefined {
  return name
    .split('_')
    .find((part, i) => (abbreviations.has(part) && i > 0) || otherUnits.has(part) || isPrefixed(part));
}

function isPrefixed(part: string): boolean {
  return prefixes.some((prefix) => {
    const rest = part.startsWith(prefix) ? part.slice(prefix.length) : '';
    return baseUnits.has(rest) || otherUnits.has(rest);
  });
}

/** The metric type spelled in a name, which would be said twice. */
export function findTypeWord(name: string): string | undefined {
  return typeWords.find((word) => name.includes(`_${word}_`) || name.endsWith(`_${word}`));
}

/** The unit a name ends with, where everybody agrees that it is one. */
export function inferUnit(baseName: string): string | undefined {
  return ['seconds', 'bytes'].find((unit) => baseName.endsWith(`_${unit}`));
}

/** Suffixes the encoder adds itself. */
const reservedSuffixes = ['_bucket', '_count', '_sum', '_created'] as const;

export function findReservedSuffix(name: string): string | undefined {
  return reservedSuffixes.find((suffix) => name.endsWith(suffix));
}

import { toUnitWords } from './unit-words.ts';

export interface NamedMetric {
  readonly name: string;
  /** UCUM; empty when unknown. */
  readonly unit: string;
  readonly isCounter: boolean;
  /** A gauge in OTLP's words; a sum that may fall is none, and gets no `_ratio`. */
  readonly isGauge: boolean;
}

const validName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
// Prometheus has no limit; a name longer than this is no name.
const maxNameLength = 512;

/**
 * A metric's name in Prometheus, as the compatibility specification builds it: invalid characters to `_`, then the unit,
 * then `_ratio` for gauges of unit 1 and `_total` for counters, each only where the name does not say it already. A name
 * that is valid and complete comes out as it came. @returns null for what cannot be a name
 */
export function toShownName({ name, unit, isCounter, isGauge }: NamedMetric): string | null {
  if (name.length === 0 || name.length > maxNameLength || unit.length > maxNameLength) return null;
  const valid = validName.test(name) ? name : sanitize(name);
  if (valid === null) return null;
  const words = new Set(valid.split(/[_:]/));
  const base = isCounter && valid.endsWith('_total') ? valid.slice(0, -'_total'.length) : valid;
  const { main, per } = toUnitWords(unit);
  const parts = [base];
  if (main !== '' && !saysAlready(words, main)) parts.push(main);
  if (per !== '' && !words.has(per)) parts.push('per', per);
  if (isGauge && unit === '1' && !words.has('ratio')) parts.push('ratio');
  if (isCounter) parts.push('total');
  return parts.join('_');
}

/** A unit of several words, `kilowatt_hours`, is said when all of them are. */
function saysAlready(words: ReadonlySet<string>, unit: string): boolean {
  return unit.split('_').every((word) => words.has(word));
}

function sanitize(name: string): string | null {
  const cleaned = name.replace(/[^a-zA-Z0-9_:]+/g, '_').replace(/_{2,}/g, '_');
  const trimmed = cleaned.replace(/_+$/, '');
  if (trimmed === '') return null;
  return /^\d/.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** The unit as OpenMetrics tells it apart from the name, which must end with it; undefined when it does not. */
export function toShownUnit(baseName: string, unit: string): string | undefined {
  const { main, per } = toUnitWords(unit);
  const spelled = per === '' ? main : `${main}${main === '' ? '' : '_'}per_${per}`;
  return spelled !== '' && baseName.endsWith(`_${spelled}`) ? spelled : undefined;
}

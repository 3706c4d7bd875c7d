/**
 * How Prometheus spells the units of UCUM that OpenTelemetry names; the table of the compatibility specification and of
 * the translators in the Collector and in Prometheus, so that a metric has one name whoever received it.
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1
 */
const words: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tibibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
  ['$', 'dollars'],
]);

const perWords: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['min', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

export interface UnitWords {
  /** `bytes`; empty where there is none to add. */
  readonly main: string;
  /** `second` of `By/s`; empty where the unit is no rate. */
  readonly per: string;
}

/** The words a unit adds to a metric's name. Remarks in braces, `{request}`, add none. */
export function toUnitWords(unit: string): UnitWords {
  const [main = '', per = ''] = unit.split('/', 2).map((part) => part.trim());
  return { main: wordOf(main, words), per: wordOf(per, perWords) };
}

function wordOf(part: string, known: ReadonlyMap<string, string>): string {
  if (part.includes('{')) return '';
  return known.get(part) ?? cleanWord(part);
}

function cleanWord(part: string): string {
  return part.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_+|_+$/g, '');
}

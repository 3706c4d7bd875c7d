// Units as Prometheus spells them in names, and as OpenTelemetry (UCUM) does in the field for them. Only those that
// Prometheus' own OTLP receiver knows to translate back, so that it finds the word in the name and adds none.
const ucumByWord: ReadonlyMap<string, string> = new Map([
  ['days', 'd'],
  ['hours', 'h'],
  ['minutes', 'min'],
  ['seconds', 's'],
  ['milliseconds', 'ms'],
  ['microseconds', 'us'],
  ['nanoseconds', 'ns'],
  ['bytes', 'By'],
  ['kibibytes', 'KiBy'],
  ['mebibytes', 'MiBy'],
  ['gibibytes', 'GiBy'],
  ['tebibytes', 'TiBy'],
  ['kilobytes', 'KBy'],
  ['megabytes', 'MBy'],
  ['gigabytes', 'GBy'],
  ['terabytes', 'TBy'],
  ['meters', 'm'],
  ['volts', 'V'],
  ['amperes', 'A'],
  ['joules', 'J'],
  ['watts', 'W'],
  ['grams', 'g'],
  ['celsius', 'Cel'],
  ['hertz', 'Hz'],
  ['percent', '%'],
  ['ratio', '1'],
]);

const ucumByTime: ReadonlyMap<string, string> = new Map([
  ['second', 's'],
  ['minute', 'm'],
  ['hour', 'h'],
  ['day', 'd'],
  ['week', 'w'],
  ['month', 'mo'],
  ['year', 'y'],
]);

/**
 * A unit for OTLP; empty when there is none. What is no unit of measure goes in braces, as UCUM has it (`{requests}`):
 * receivers drop those, where they would append any other text to the name.
 */
export function toUcum(unit: string | undefined): string {
  if (unit === undefined || unit === '') return '';
  const word = ucumByWord.get(unit);
  if (word !== undefined) return word;
  const [amount = '', time = ''] = unit.split('_per_');
  const perTime = ucumByTime.get(time);
  const ofAmount = ucumByWord.get(amount);
  if (perTime !== undefined && ofAmount !== undefined) return `${ofAmount}/${perTime}`;
  return `{${unit}}`;
}

/** A sample value as both formats spell it. */
export function toValueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

/**
 * A bucket bound as OpenMetrics wants it: always a float (`1.0`), with an exponent from 1e+06 up and below
 * 1e-04, as Go prints. Both formats use it, so that a bucket is the same series whichever one was scraped.
 */
export function toBoundText(bound: number): string {
  if (!Number.isFinite(bound)) return toValueText(bound);
  const [mantissa = '0', exponentText = '0'] = bound.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return Number.isInteger(bound) ? `${bound}.0` : String(bound);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

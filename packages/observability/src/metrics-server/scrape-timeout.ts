// Of the scraper's patience, what is kept back for writing the reply and for its way: a quarter, at most half a second.
const marginShare = 0.25;
const maxMarginMs = 500;

/**
 * How long the collectors may take: as configured, and less where the scraper says it gives up earlier.
 * A header that is no positive decimal number is ignored.
 */
export function toCollectorBudgetMs(header: string | string[] | undefined, configuredMs: number): number {
  if (typeof header !== 'string' || !/^\d{1,9}(?:\.\d{1,20})?$/.test(header)) return configuredMs;
  const patienceMs = Number(header) * 1000;
  if (patienceMs <= 0) return configuredMs;
  return Math.min(configuredMs, patienceMs - Math.min(maxMarginMs, patienceMs * marginShare));
}

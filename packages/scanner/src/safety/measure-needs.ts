import type { QuantityName, Token } from '@autotrader/sources';
import type { ReconciledQuantity } from '../scan-result.ts';

/**
 * Quantities that alone can raise an alarm, as the words that say what is unknown. One that nobody told may hide a
 * drained pool or a tax that takes all.
 */
const alarming: Partial<Record<QuantityName, string>> = {
  liquidity_usd: 'liquidity',
  buys_24h: 'buys',
  sells_24h: 'sells',
  top10_holder_fraction: 'largest holders',
};

/** Solana's token program takes no tax that the sources measure. */
const alarmingWithCode: Partial<Record<QuantityName, string>> = {
  ...alarming,
  buy_tax_fraction: 'buy tax',
  sell_tax_fraction: 'sell tax',
};

/** What must be known before a token that has a contract is called a gem, and is not, in words. */
export function unknownMeasures(token: Token, quantities: readonly ReconciledQuantity[]): readonly string[] {
  const wanted = token.contract?.chain === 'solana' ? alarming : alarmingWithCode;
  const known = new Set(quantities.filter(({ chosen }) => chosen.state !== 'missing').map(({ name }) => name));
  return Object.entries(wanted).flatMap(([name, words]) => (known.has(name as QuantityName) ? [] : [words]));
}

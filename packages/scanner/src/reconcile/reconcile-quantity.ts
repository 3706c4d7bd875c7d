import type { Quantity, QuantityName, Reading } from '@autotrader/sources';
import type { ReconciledQuantity } from '../scan-result.ts';
import { byPrecedence } from './precedence.ts';
import { tolerances } from './tolerances.ts';

const nobody: Reading<Quantity> = {
  state: 'missing',
  reason: 'not_asked',
  source: 'none',
  endpoint: 'none',
  detail: 'no source was asked for it',
};

/** (largest − smallest) ÷ largest magnitude: 0 when all agree, 1 when one says nothing and another something. */
function disagreementOf(values: readonly number[]): number {
  const largest = Math.max(...values);
  const smallest = Math.min(...values);
  const magnitude = Math.max(Math.abs(largest), Math.abs(smallest));
  return magnitude === 0 ? 0 : (largest - smallest) / magnitude;
}

/** Puts what the sources said of one quantity side by side and takes the most trustworthy reading. */
export function reconcileQuantity(name: QuantityName, readings: readonly Reading<Quantity>[]): ReconciledQuantity {
  const chosen = byPrecedence(name, readings)[0] ?? nobody;
  const values = readings.flatMap((reading) => (reading.state === 'missing' ? [] : [reading.value.value]));
  if (values.length < 2) return { name, chosen, readings };
  return { name, chosen, readings, disagreement: disagreementOf(values) };
}

/** True when sources differ by more than the quantity's tolerance. */
export function isDisputed(quantity: ReconciledQuantity): boolean {
  const tolerance = tolerances[quantity.name];
  return tolerance !== undefined && quantity.disagreement !== undefined && quantity.disagreement > tolerance;
}

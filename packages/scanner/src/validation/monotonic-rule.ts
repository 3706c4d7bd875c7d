import type { ReconciledQuantity } from '../scan-result.ts';
import type { Earlier, Refusal } from './rule.ts';

/** Holders come and go slowly; a fall by more than a fifth between two scans is an error of counting or an exodus. */
const largestFall = 0.2;

function knownValue(quantity: ReconciledQuantity | undefined): number | undefined {
  return quantity === undefined || quantity.chosen.state === 'missing' ? undefined : quantity.chosen.value.value;
}

/** Warns when the number of holders fell by more than a fifth since the scan before. */
export function checkHolders(now: readonly ReconciledQuantity[], earlier: Earlier): Refusal {
  const current = knownValue(now.find((quantity) => quantity.name === 'holders'));
  const before = knownValue(earlier.find((quantity) => quantity.name === 'holders'));
  if (current === undefined || before === undefined || current >= before * (1 - largestFall)) return null;
  return { severity: 'warning', message: `holders fell from ${before} to ${current} since the scan before` };
}

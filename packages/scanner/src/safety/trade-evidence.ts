import type { SafetyFacts } from './safety-rule.ts';

/**
 * Enough completed sells to doubt a failed simulation: at least 50 in a day, at least three for ten buys, and a pool
 * that is not drained. Most wrongly accused tokens had thousands of sells; a real trap has buys and next to no sells.
 */
export function holdersDoSell(facts: SafetyFacts): string | null {
  const buys = facts.quantity('buys_24h');
  const sells = facts.quantity('sells_24h');
  const liquidity = facts.quantity('liquidity_usd');
  if (buys === undefined || sells === undefined || liquidity === undefined) return null;
  const enough = sells >= 50 && sells >= 0.3 * buys && liquidity >= 10_000;
  return enough ? `${sells} sells and ${buys} buys in 24 h` : null;
}

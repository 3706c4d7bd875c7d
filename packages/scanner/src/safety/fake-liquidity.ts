import type { Severity } from '../scan-result.ts';
import { dollars, type SafetyFacts, type SafetyRule, sourceOfQuantity } from './safety-rule.ts';
import { deepLiquidityUsd, thinLiquidityUsd } from './thin-liquidity.ts';

function severityOfOverstated(quoteSideUsd: number): Severity {
  if (quoteSideUsd < 250_000) return 'high';
  return quoteSideUsd < deepLiquidityUsd ? 'medium' : 'low';
}

/** More than five times of what the quote side backs: a one-sided pool valued in its own token. */
function overstated(facts: SafetyFacts): { severity: Severity; evidence: string } | null {
  const reported = facts.quantity('liquidity_reported_usd');
  const backed = facts.quantity('liquidity_usd');
  if (reported === undefined || backed === undefined || reported < thinLiquidityUsd || reported <= 5 * backed)
    return null;
  return {
    severity: severityOfOverstated(backed),
    evidence: `${dollars(reported)} reported, ${dollars(backed)} on the quote side`,
  };
}

/**
 * A pool that nobody uses: more than a million dollars, traded for less than a thousandth of it in a day, with fewer
 * than 200 holders; or a pool worth more than twice the whole token.
 */
function unexplained(facts: SafetyFacts): { severity: Severity; evidence: string } | null {
  const backed = facts.quantity('liquidity_usd');
  if (backed === undefined) return null;
  const cap = facts.quantity('market_cap_usd') ?? facts.quantity('fdv_usd');
  if (cap !== undefined && backed > 2 * cap && backed >= thinLiquidityUsd) {
    return { severity: 'high', evidence: `${dollars(backed)} in pools of a token worth ${dollars(cap)}` };
  }
  const volume = facts.quantity('dex_volume_24h_usd') ?? facts.quantity('volume_24h_usd');
  const holders = facts.quantity('holders');
  const unused = backed >= deepLiquidityUsd && volume !== undefined && volume < backed / 1_000;
  if (!unused || holders === undefined || holders >= 200) return null;
  return {
    severity: 'high',
    evidence: `${dollars(backed)} in pools, ${dollars(volume)} traded in 24 h, ${holders} holders`,
  };
}

export const fakeLiquidity: SafetyRule = {
  code: 'fake_liquidity',
  find: (facts) => {
    const found = overstated(facts) ?? unexplained(facts);
    if (found === null) return null;
    const message = 'the liquidity is far above what its quote side, volume, holders and market cap can explain';
    return { code: 'fake_liquidity', message, ...found, source: sourceOfQuantity(facts, 'liquidity_usd') };
  },
};

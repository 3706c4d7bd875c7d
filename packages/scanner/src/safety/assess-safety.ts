import type { CheckName, Token } from '@autotrader/sources';
import type { ReconciledQuantity, SafetyCheck, SafetyState } from '../scan-result.ts';
import {
  contractUnverified,
  counterfeit,
  hiddenOwner,
  ownerCanBlacklist,
  ownerCanChangeBalances,
  ownerCanChangeTax,
  ownerCanMint,
  ownerCanPause,
  ownershipReclaimable,
  proxy,
  selfDestruct,
} from './contract-powers.ts';
import { checksContradict, sourcesDisagreeOnPrice } from './contradictions.ts';
import { holderConcentration, insiderHoldings } from './holders.ts';
import { honeypot, honeypotContradicted } from './honeypot.ts';
import { fakeLiquidity, liquidityNotLocked, thinLiquidity } from './liquidity.ts';
import { isNativeCoin } from './native-coins.ts';
import { factsOf, type SafetyFinding, type SafetyRule } from './safety-rule.ts';
import { buyTax, sellTax } from './taxes.ts';
import { cannotBuy, cannotSell } from './trading.ts';

/** In the order in which findings of the same severity are shown. */
export const safetyRules: readonly SafetyRule[] = [
  honeypot,
  cannotSell,
  counterfeit,
  honeypotContradicted,
  sellTax,
  buyTax,
  ownerCanChangeBalances,
  hiddenOwner,
  selfDestruct,
  contractUnverified,
  fakeLiquidity,
  thinLiquidity,
  liquidityNotLocked,
  holderConcentration,
  insiderHoldings,
  ownerCanMint,
  ownerCanPause,
  ownerCanBlacklist,
  ownerCanChangeTax,
  ownershipReclaimable,
  cannotBuy,
  proxy,
  checksContradict,
  sourcesDisagreeOnPrice,
];

type Need = 'essential' | 'for_a_gem' | 'optional';

/**
 * What it means when a check is unknown. `essential`: the token's safety is unknown. `for_a_gem`: the token can at
 * most be watched, since a failure would have kept it from being a gem. `optional`: sources answer it only where they
 * have something to say (a known original it imitates, a list it is on).
 */
const needs: Record<CheckName, Need> = {
  not_honeypot: 'essential',
  can_buy: 'for_a_gem',
  can_sell_all: 'essential',
  source_verified: 'essential',
  not_mintable: 'for_a_gem',
  balances_not_changeable: 'for_a_gem',
  not_pausable: 'for_a_gem',
  no_blacklist: 'for_a_gem',
  no_hidden_owner: 'for_a_gem',
  ownership_not_reclaimable: 'for_a_gem',
  not_proxy: 'for_a_gem',
  no_self_destruct: 'for_a_gem',
  tax_not_modifiable: 'for_a_gem',
  genuine_token: 'optional',
  on_trust_list: 'optional',
};

/** Every check there is, in one order that all results share. */
export const checkOrder = Object.keys(needs) as readonly CheckName[];

export interface SafetyAssessment {
  readonly state: SafetyState;
  /** Gravest first. */
  readonly findings: readonly SafetyFinding[];
}

const gravest = { critical: 0, high: 1, medium: 2, low: 3 } as const;

function unknownChecks(checks: readonly SafetyCheck[], wanted: readonly Need[]): readonly CheckName[] {
  const known = new Set(checks.filter(({ check }) => check.state !== 'unknown').map(({ name }) => name));
  return checkOrder.filter((name) => wanted.includes(needs[name]) && !known.has(name));
}

/** Essential checks that nobody answered. */
export function unknownEssentials(checks: readonly SafetyCheck[]): readonly CheckName[] {
  return unknownChecks(checks, ['essential']);
}

/** Checks that must be answered before a token may be called a gem, and were not. */
export function unknownForGem(checks: readonly SafetyCheck[]): readonly CheckName[] {
  return unknownChecks(checks, ['essential', 'for_a_gem']);
}

function stateOf(token: Token, checks: readonly SafetyCheck[]): SafetyState {
  if (isNativeCoin(token)) return 'not_applicable';
  return unknownEssentials(checks).length === 0 ? 'assessed' : 'unknown';
}

export interface Assessed {
  readonly token: Token;
  readonly checks: readonly SafetyCheck[];
  readonly quantities: readonly ReconciledQuantity[];
}

/** Asks every rule. Pure: the same facts give the same findings in the same order. */
export function assessSafety({ token, checks, quantities }: Assessed): SafetyAssessment {
  const facts = factsOf(checks, quantities);
  const found = safetyRules.map((rule) => rule.find(facts)).filter((finding) => finding !== null);
  return {
    state: stateOf(token, checks),
    findings: found.toSorted((a, b) => gravest[a.severity] - gravest[b.severity]),
  };
}

/** A finding grave enough to be a flag. */
export function isFlag(finding: { readonly severity: keyof typeof gravest }): boolean {
  return finding.severity === 'critical' || finding.severity === 'high';
}

import type { Reading, Token } from '@autotrader/sources';
import type { ReconciledQuantity, SafetyCheck, SafetyState } from '../scan-result.ts';
import { buysWithoutSells } from './buys-without-sells.ts';
import { unknownEssentials } from './check-needs.ts';
import { checksContradict } from './checks-contradict.ts';
import {
  cannotBuy,
  cannotSell,
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
import { fakeLiquidity } from './fake-liquidity.ts';
import { holderConcentration } from './holder-concentration.ts';
import { honeypot } from './honeypot.ts';
import { honeypotContradicted } from './honeypot-contradicted.ts';
import { insiderHoldings } from './insider-holdings.ts';
import { liquidityNotLocked } from './liquidity-not-locked.ts';
import { isNativeCoin } from './native-coins.ts';
import { factsOf, type SafetyFinding, type SafetyRule } from './safety-rule.ts';
import { sourcesDisagreeOnPrice } from './sources-disagree-on-price.ts';
import { buyTax, sellTax } from './taxes.ts';
import { thinLiquidity } from './thin-liquidity.ts';

/** In the order in which findings of the same severity are shown. */
export const safetyRules: readonly SafetyRule[] = [
  honeypot,
  cannotSell,
  buysWithoutSells,
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

export interface SafetyAssessment {
  readonly state: SafetyState;
  /** Gravest first. */
  readonly findings: readonly SafetyFinding[];
}

const gravest = { critical: 0, high: 1, medium: 2, low: 3 } as const;

function stateOf({ token, checks, isNative }: Assessed): SafetyState {
  if (isNativeCoin(token, isNative)) return 'not_applicable';
  return unknownEssentials(token, checks).length === 0 ? 'assessed' : 'unknown';
}

export interface Assessed {
  readonly token: Token;
  readonly checks: readonly SafetyCheck[];
  readonly quantities: readonly ReconciledQuantity[];
  readonly isNative?: Reading<boolean>;
}

/** Asks every rule. Pure: the same facts give the same findings in the same order. */
export function assessSafety(assessed: Assessed): SafetyAssessment {
  const facts = factsOf(assessed.checks, assessed.quantities);
  const found = safetyRules.map((rule) => rule.find(facts)).filter((finding) => finding !== null);
  return {
    state: stateOf(assessed),
    findings: found.toSorted((a, b) => gravest[a.severity] - gravest[b.severity]),
  };
}

/** A finding grave enough to be a flag. */
export function isFlag(finding: { readonly severity: keyof typeof gravest }): boolean {
  return finding.severity === 'critical' || finding.severity === 'high';
}

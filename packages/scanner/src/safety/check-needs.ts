import type { CheckName, Token } from '@autotrader/sources';
import type { SafetyCheck } from '../scan-result.ts';

/**
 * What it means when a check is unknown. `essential`: the token's safety is unknown. `for_a_gem`: the token can at
 * most be watched, since a failure would have kept it from being a gem. `optional`: sources answer it only where they
 * have something to say (a known original it imitates, a list it is on) or the chain has no such thing.
 */
type Need = 'essential' | 'for_a_gem' | 'optional';

/** A platform's question and how many points of contract_safety its answer is worth, 0..1; the points sum to 1. */
interface Question {
  readonly need: Need;
  readonly points: number;
}

const optional: Question = { need: 'optional', points: 0 };

/** A contract with code of its own: it decides who may sell. */
const evm: Record<CheckName, Question> = {
  not_honeypot: { need: 'essential', points: 0.25 },
  can_sell_all: { need: 'essential', points: 0.15 },
  source_verified: { need: 'essential', points: 0.15 },
  balances_not_changeable: { need: 'for_a_gem', points: 0.1 },
  no_hidden_owner: { need: 'for_a_gem', points: 0.07 },
  no_self_destruct: { need: 'for_a_gem', points: 0.05 },
  not_mintable: { need: 'for_a_gem', points: 0.05 },
  ownership_not_reclaimable: { need: 'for_a_gem', points: 0.05 },
  not_pausable: { need: 'for_a_gem', points: 0.04 },
  no_blacklist: { need: 'for_a_gem', points: 0.04 },
  tax_not_modifiable: { need: 'for_a_gem', points: 0.03 },
  not_proxy: { need: 'for_a_gem', points: 0.02 },
  can_buy: { need: 'for_a_gem', points: 0 },
  genuine_token: optional,
  on_trust_list: optional,
};

/**
 * On Solana all tokens share the chain's token program, so that there is no code to verify and no simulated trap; what
 * can take a holder's tokens is an authority that was kept, above all the one that freezes accounts.
 */
const solana: Record<CheckName, Question> = {
  no_blacklist: { need: 'essential', points: 0.35 },
  balances_not_changeable: { need: 'essential', points: 0.25 },
  not_mintable: { need: 'essential', points: 0.2 },
  tax_not_modifiable: { need: 'for_a_gem', points: 0.1 },
  no_self_destruct: { need: 'for_a_gem', points: 0.1 },
  not_honeypot: optional,
  can_sell_all: optional,
  source_verified: optional,
  no_hidden_owner: optional,
  ownership_not_reclaimable: optional,
  not_pausable: optional,
  not_proxy: optional,
  can_buy: optional,
  genuine_token: optional,
  on_trust_list: optional,
};

/** Every check there is, in one order that all results share. */
export const checkOrder = Object.keys(evm) as readonly CheckName[];

function questionsFor(token: Token): Record<CheckName, Question> {
  return token.contract?.chain === 'solana' ? solana : evm;
}

/** How much of contract_safety a passed check is worth; 0 for one that decides findings only. */
export function pointsOf(token: Token, name: CheckName): number {
  return questionsFor(token)[name].points;
}

function unknownChecks(token: Token, checks: readonly SafetyCheck[], wanted: readonly Need[]): readonly CheckName[] {
  const questions = questionsFor(token);
  const known = new Set(checks.filter(({ check }) => check.state !== 'unknown').map(({ name }) => name));
  return checkOrder.filter((name) => wanted.includes(questions[name].need) && !known.has(name));
}

/** Essential checks that nobody answered, of a token that may have a contract. */
export function unknownEssentials(token: Token, checks: readonly SafetyCheck[]): readonly CheckName[] {
  return unknownChecks(token, checks, ['essential']);
}

/** Checks that must be answered before a token that may have a contract is called a gem, and were not. */
export function unknownForGem(token: Token, checks: readonly SafetyCheck[]): readonly CheckName[] {
  return unknownChecks(token, checks, ['essential', 'for_a_gem']);
}

/**
 * What a finding is about decides what it takes from the score: `contract` limits contract_safety by its severity,
 * `supply` does so too and also limits tokenomics_risk, `liquidity` limits liquidity_depth, `trades` is the opposite of
 * what accumulation_score takes it for and leaves nothing of it. `holders` and `data` limit nothing of their own: concentration is already part of tokenomics_risk, disputed data lowers confidence.
 */
export type FindingSubject = 'contract' | 'supply' | 'liquidity' | 'trades' | 'holders' | 'data';

/** Every finding there is. A code is never reused; it is also the label `flag_reason`. */
export const findingSubjects = {
  honeypot: 'contract',
  honeypot_contradicted: 'contract',
  cannot_sell: 'contract',
  buys_without_sells: 'trades',
  cannot_buy: 'contract',
  buy_tax: 'contract',
  sell_tax: 'contract',
  contract_unverified: 'contract',
  owner_can_mint: 'supply',
  owner_can_change_balances: 'contract',
  owner_can_pause: 'contract',
  owner_can_blacklist: 'contract',
  owner_can_change_tax: 'contract',
  hidden_owner: 'contract',
  ownership_reclaimable: 'contract',
  proxy: 'contract',
  self_destruct: 'contract',
  counterfeit: 'contract',
  checks_contradict: 'contract',
  thin_liquidity: 'liquidity',
  liquidity_not_locked: 'liquidity',
  fake_liquidity: 'liquidity',
  holder_concentration: 'holders',
  insider_holdings: 'holders',
  sources_disagree_on_price: 'data',
} as const satisfies Record<string, FindingSubject>;

export type FindingCode = keyof typeof findingSubjects;

export function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(findingSubjects, code);
}

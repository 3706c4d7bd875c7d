import { failedCheck } from './failed-check.ts';

export const contractUnverified = failedCheck({
  code: 'contract_unverified',
  check: 'source_verified',
  severity: 'high',
  message: 'the source of the contract is not published, so nobody can read what it does',
});

export const ownerCanMint = failedCheck({
  code: 'owner_can_mint',
  check: 'not_mintable',
  severity: 'medium',
  capability: true,
  message: 'new tokens can be minted',
});

export const ownerCanChangeBalances = failedCheck({
  code: 'owner_can_change_balances',
  check: 'balances_not_changeable',
  severity: 'high',
  capability: true,
  message: 'the owner can change what holders have',
});

export const ownerCanPause = failedCheck({
  code: 'owner_can_pause',
  check: 'not_pausable',
  severity: 'medium',
  capability: true,
  message: 'transfers can be paused',
});

export const ownerCanBlacklist = failedCheck({
  code: 'owner_can_blacklist',
  check: 'no_blacklist',
  severity: 'medium',
  capability: true,
  message: 'single holders can be barred from selling',
});

export const ownerCanChangeTax = failedCheck({
  code: 'owner_can_change_tax',
  check: 'tax_not_modifiable',
  severity: 'medium',
  capability: true,
  message: 'the tax on trades can be changed',
});

export const hiddenOwner = failedCheck({
  code: 'hidden_owner',
  check: 'no_hidden_owner',
  severity: 'high',
  message: 'the contract has an owner it does not show',
});

export const ownershipReclaimable = failedCheck({
  code: 'ownership_reclaimable',
  check: 'ownership_not_reclaimable',
  severity: 'medium',
  message: 'ownership that was given up can be taken back',
});

export const proxy = failedCheck({
  code: 'proxy',
  check: 'not_proxy',
  severity: 'low',
  capability: true,
  message: 'the code behind the contract can be replaced',
});

export const selfDestruct = failedCheck({
  code: 'self_destruct',
  check: 'no_self_destruct',
  severity: 'high',
  message: 'the contract can destroy itself',
});

export const counterfeit = failedCheck({
  code: 'counterfeit',
  check: 'genuine_token',
  severity: 'critical',
  message: 'it imitates another token',
});

export const cannotSell = failedCheck({
  code: 'cannot_sell',
  check: 'can_sell_all',
  severity: 'high',
  message: 'a holder cannot sell all of it',
});

export const cannotBuy = failedCheck({
  code: 'cannot_buy',
  check: 'can_buy',
  severity: 'medium',
  message: 'the contract refuses buyers',
});

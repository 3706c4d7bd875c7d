import { failedCheck } from './failed-check.ts';

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

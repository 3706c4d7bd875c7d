import type { CheckName } from '@autotrader/sources';

/** Each check as the question it answers, to follow "it is not known". */
const words: Record<CheckName, string> = {
  not_honeypot: 'whether it is a trap',
  can_buy: 'whether it can be bought',
  can_sell_all: 'whether all of it can be sold',
  source_verified: 'whether its source is published',
  not_mintable: 'whether more can be minted',
  balances_not_changeable: 'whether balances can be changed',
  not_pausable: 'whether transfers can be paused',
  no_blacklist: 'whether holders can be barred',
  no_hidden_owner: 'whether it has a hidden owner',
  ownership_not_reclaimable: 'whether ownership can be taken back',
  not_proxy: 'whether its code can be replaced',
  no_self_destruct: 'whether it can destroy itself',
  tax_not_modifiable: 'whether its tax can be changed',
  genuine_token: 'whether it is genuine',
  on_trust_list: 'whether it is on a trust list',
};

export function checkInWords(name: CheckName): string {
  return words[name];
}

/** GoPlus' flags of a contract; `null` is left out of its replies, which means that it does not know. */
export type FlagPattern = Readonly<Record<string, boolean | null>>;

const clean = {
  anti_whale_modifiable: false,
  can_take_back_ownership: false,
  cannot_buy: false,
  cannot_sell_all: false,
  external_call: false,
  gas_abuse: false,
  hidden_owner: false,
  honeypot_with_same_creator: false,
  is_airdrop_scam: false,
  is_anti_whale: false,
  is_blacklisted: false,
  is_honeypot: false,
  is_in_dex: true,
  is_mintable: false,
  is_open_source: true,
  is_proxy: false,
  is_true_token: true,
  is_whitelisted: false,
  owner_change_balance: false,
  personal_slippage_modifiable: false,
  selfdestruct: false,
  slippage_modifiable: false,
  trading_cooldown: false,
  transfer_pausable: false,
} as const satisfies FlagPattern;

/** GoPlus cannot read an unverified contract: these come from outside it, by simulating a trade or following its creator. */
const visibleFromOutside = new Set([
  'cannot_buy',
  'cannot_sell_all',
  'honeypot_with_same_creator',
  'is_honeypot',
  'is_in_dex',
]);

function unverified(pattern: FlagPattern): FlagPattern {
  const entries = Object.entries(pattern).map(([name, flag]) => [name, visibleFromOutside.has(name) ? flag : null]);
  return { ...Object.fromEntries(entries), is_open_source: false };
}

const trap = {
  ...clean,
  cannot_sell_all: true,
  hidden_owner: true,
  honeypot_with_same_creator: true,
  is_blacklisted: true,
  is_honeypot: true,
  is_true_token: null,
  slippage_modifiable: true,
  transfer_pausable: true,
} as const satisfies FlagPattern;

/** How the contracts of the simulated market look to GoPlus. */
export const flagPatterns = {
  clean,
  /** Powers that well-run tokens have too. Many flags of a proxy are absent, as the proxy's own code says little. */
  capable: {
    ...clean,
    is_blacklisted: true,
    is_mintable: true,
    is_proxy: true,
    transfer_pausable: true,
    gas_abuse: null,
    is_anti_whale: null,
    anti_whale_modifiable: null,
    external_call: null,
  },
  ownerControlled: {
    ...clean,
    is_mintable: true,
    is_true_token: null,
    owner_change_balance: true,
    slippage_modifiable: true,
    transfer_pausable: true,
  },
  trap,
  unverifiedTrap: unverified(trap),
  solanaClean: {
    balance_mutable_authority: false,
    closable: false,
    default_account_state_upgradable: false,
    freezable: false,
    mintable: false,
    non_transferable: false,
    transfer_fee_upgradable: false,
    transfer_hook_upgradable: false,
  },
} as const satisfies Record<string, FlagPattern>;

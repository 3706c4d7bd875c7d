import type { CheckFact } from '../define-source.ts';
import type { CheckName } from '../report.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Field of the reply and the value that is good for a holder. */
const evmFlags: Partial<Record<CheckName, readonly [field: string, good: '0' | '1']>> = {
  not_honeypot: ['is_honeypot', '0'],
  can_buy: ['cannot_buy', '0'],
  can_sell_all: ['cannot_sell_all', '0'],
  source_verified: ['is_open_source', '1'],
  not_mintable: ['is_mintable', '0'],
  balances_not_changeable: ['owner_change_balance', '0'],
  not_pausable: ['transfer_pausable', '0'],
  no_blacklist: ['is_blacklisted', '0'],
  no_hidden_owner: ['hidden_owner', '0'],
  ownership_not_reclaimable: ['can_take_back_ownership', '0'],
  not_proxy: ['is_proxy', '0'],
  no_self_destruct: ['selfdestruct', '0'],
  genuine_token: ['is_true_token', '1'],
  on_trust_list: ['trust_list', '1'],
};

export const evmChecks: readonly CheckName[] = [...(Object.keys(evmFlags) as CheckName[]), 'tax_not_modifiable'];

/** Three states: a flag that is absent or empty is `null`, whatever it is about. */
export function readEvmChecks(fields: Fields): Partial<Record<CheckName, CheckFact | null>> {
  const plain = Object.entries(evmFlags).map(([name, [field, good]]) => [name, checkOf(fields, field, good)]);
  return {
    ...Object.fromEntries(plain),
    genuine_token: fakeToken(fields) ?? checkOf(fields, 'is_true_token', '1'),
    tax_not_modifiable: worst(
      checkOf(fields, 'slippage_modifiable', '0'),
      checkOf(fields, 'personal_slippage_modifiable', '0'),
    ),
  };
}

/** Only what the chain's token program has a notion of: there is no honeypot flag and no contract source to verify. */
const solanaStatus: Partial<Record<CheckName, string>> = {
  not_mintable: 'mintable',
  // A freeze authority shuts out single accounts.
  no_blacklist: 'freezable',
  balances_not_changeable: 'balance_mutable_authority',
  no_self_destruct: 'closable',
  tax_not_modifiable: 'transfer_fee_upgradable',
};

export const solanaChecks: readonly CheckName[] = [
  ...(Object.keys(solanaStatus) as CheckName[]),
  'can_sell_all',
  'on_trust_list',
];

export function readSolanaChecks(fields: Fields): Partial<Record<CheckName, CheckFact | null>> {
  const plain = Object.entries(solanaStatus).map(([name, field]) => [
    name,
    toCheck(`${field}.status`, flagOf(statusOf(fields[field])), '0'),
  ]);
  const stuck = toCheck('non_transferable', flagOf(fields['non_transferable']), '0');
  return {
    ...Object.fromEntries(plain),
    // That it can be transferred does not prove that it can be sold.
    can_sell_all: stuck?.state === 'fail' ? stuck : null,
    on_trust_list: toCheck('trusted_token', flagOf(fields['trusted_token']), '1'),
  };
}

function checkOf(fields: Fields, field: string, good: '0' | '1'): CheckFact | null {
  return toCheck(field, flagOf(fields[field]), good);
}

function toCheck(field: string, flag: '0' | '1' | null, good: '0' | '1'): CheckFact | null {
  return flag === null ? null : { state: flag === good ? 'pass' : 'fail', evidence: `${field}=${flag}` };
}

/** Strings on the wire; numbers in some places. Anything else, "" included, is unknown. */
function flagOf(value: unknown): '0' | '1' | null {
  if (value === '0' || value === 0) return '0';
  return value === '1' || value === 1 ? '1' : null;
}

function statusOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'status' in value ? value.status : undefined;
}

/** One bad answer decides; a good one only together with the other, known or not asked of this contract. */
function worst(general: CheckFact | null, personal: CheckFact | null): CheckFact | null {
  if (general?.state === 'fail') return general;
  return personal?.state === 'fail' ? personal : general;
}

function fakeToken(fields: Fields): CheckFact | null {
  const fake = fields['fake_token'];
  if (typeof fake !== 'object' || fake === null || !('value' in fake)) return null;
  return flagOf(fake.value) === '1' ? { state: 'fail', evidence: 'fake_token.value=1' } : null;
}

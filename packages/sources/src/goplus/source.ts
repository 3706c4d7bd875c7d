import { type ChainId, chainOf, normalizeAddress } from '../chain.ts';
import { defineEndpoint, defineSource, type Facts } from '../define-source.ts';
import { parseFraction, parsePositive, parseQuantity } from '../numeric.ts';
import { evmChecks, readEvmChecks, readSolanaChecks, solanaChecks } from './checks.ts';
import { faultOf } from './fault.ts';
import { lockedFraction, topHolderFraction } from './holders.ts';
import { parseSecurity, type SecurityRecord } from './wire.ts';

const minute = 60_000;
const hour = 60 * minute;

interface ContractAddress {
  readonly chain: ChainId;
  readonly address: string;
}

const keyOf = ({ chain, address }: ContractAddress): string => `${chain}:${normalizeAddress(chain, address)}`;

const requestOf = (input: ContractAddress, isCaseSensitive: boolean) => ({
  key: keyOf(input),
  address: input.address,
  isCaseSensitive,
});

const holderQuantities = ['holders', 'total_supply', 'top10_holder_fraction', 'lp_locked_fraction'] as const;

/** What hardly changes is kept a day: 50 tokens are then 50 calls a day. No batches: without a key only the first address is answered. */
const kept = { ttlMs: 24 * hour, staleForMs: 7 * 24 * hour, notFoundTtlMs: 10 * minute };

export const tokenSecurity = defineEndpoint<ContractAddress, SecurityRecord>({
  name: 'token_security',
  ...kept,
  tells: {
    quantities: [...holderQuantities, 'creator_fraction', 'owner_fraction', 'buy_tax_fraction', 'sell_tax_fraction'],
    checks: evmChecks,
    texts: false,
  },
  keyOf,
  request: ([input]) => ({
    path: `/token_security/${input === undefined ? '' : (chainOf(input.chain).goplusId ?? '')}`,
    query: { contract_addresses: input === undefined ? '' : normalizeAddress(input.chain, input.address) },
  }),
  parse: (body, [input]) =>
    input === undefined ? { values: new Map() } : parseSecurity(body, requestOf(input, false)),
  read: ({ fields, isPartial }, { nowMs }) => ({
    quantities: {
      ...readHolders(fields, nowMs),
      creator_fraction: parseFraction(fields['creator_percent']),
      owner_fraction: parseFraction(fields['owner_percent']),
      buy_tax_fraction: parseFraction(fields['buy_tax']),
      sell_tax_fraction: parseFraction(fields['sell_tax']),
    },
    checks: readEvmChecks(fields),
    absence: isPartial ? 'partial' : 'not_reported',
  }),
});

export const solanaTokenSecurity = defineEndpoint<ContractAddress, SecurityRecord>({
  name: 'solana_token_security',
  ...kept,
  tells: { quantities: holderQuantities, checks: solanaChecks, texts: false },
  keyOf,
  request: ([input]) => ({
    path: '/solana/token_security',
    query: { contract_addresses: input?.address ?? '' },
  }),
  parse: (body, [input]) => (input === undefined ? { values: new Map() } : parseSecurity(body, requestOf(input, true))),
  read: ({ fields, isPartial }, { nowMs }) => ({
    quantities: readHolders(fields, nowMs),
    checks: readSolanaChecks(fields),
    absence: isPartial ? 'partial' : 'not_reported',
  }),
});

function readHolders(fields: SecurityRecord['fields'], nowMs: number): NonNullable<Facts['quantities']> {
  return {
    holders: parseQuantity(fields['holder_count']),
    total_supply: parsePositive(fields['total_supply']),
    top10_holder_fraction: topHolderFraction(fields['holders']),
    lp_locked_fraction: lockedFraction(fields['lp_holders'], nowMs),
  };
}

export const goplus = defineSource({
  name: 'goplus',
  title: 'GoPlus Security',
  baseUrl: 'https://api.gopluslabs.io/api/v1',
  docsUrl: 'https://docs.gopluslabs.io/reference/api-overview',
  // 30 a minute are quoted, but eight calls in five seconds are refused: evenly spaced, with room to spare.
  limits: { keyless: { requestsPerMinute: 20, burst: 1 }, coolDownMs: 10_000 },
  timeoutMs: 10_000,
  endpoints: [tokenSecurity, solanaTokenSecurity],
  // Integrations report "wrong signature" when the token is prefixed with "Bearer".
  authHeaders: (apiKey) => ({ authorization: apiKey }),
  faultOf,
  collect: async (token, ask) => {
    if (token.contract === undefined) {
      ask.notApplicable(tokenSecurity, 'a native coin has no contract');
      return;
    }
    const { chain, address } = token.contract;
    await ask(chain === 'solana' ? solanaTokenSecurity : tokenSecurity, { chain, address });
  },
});

import { type ChainId, chainOf, normalizeAddress } from '../chain.ts';
import { defineEndpoint, defineSource, type ParsedReply } from '../define-source.ts';
import { readPools } from './facts.ts';
import { type Pool, toPool } from './pool.ts';
import { type Pair, parsePairs } from './wire.ts';

const second = 1_000;
const minute = 60 * second;

/** The source answers about so many pairs in all, however many addresses were asked. */
const mostPairsInReply = 30;

interface TokenAddress {
  readonly chain: ChainId;
  readonly address: string;
}

const keyOf = ({ chain, address }: TokenAddress): string => `${chain}:${normalizeAddress(chain, address)}`;

export const tokens = defineEndpoint<TokenAddress, readonly Pool[]>({
  name: 'tokens',
  ttlMs: 30 * second,
  staleForMs: 60 * minute,
  notFoundTtlMs: 5 * minute,
  batch: { maxKeys: 30, windowMs: 20, groupOf: (input) => input.chain },
  tells: {
    quantities: [
      'price_usd',
      'market_cap_usd',
      'fdv_usd',
      'liquidity_usd',
      'liquidity_reported_usd',
      'dex_volume_24h_usd',
      'buys_24h',
      'sells_24h',
      'price_change_24h_percent',
      'pair_age_days',
    ],
    checks: [],
    texts: false,
  },
  keyOf,
  request: (inputs) => ({
    path: `/tokens/v1/${inputs[0] === undefined ? '' : chainOf(inputs[0].chain).dexscreenerId}/${inputs
      .map((input) => encodeURIComponent(normalizeAddress(input.chain, input.address)))
      .join(',')}`,
  }),
  parse: (body, inputs) => byToken(parsePairs(body), inputs),
  read: (pools, { answeredAtMs }) => readPools(pools, answeredAtMs),
});

function byToken(pairs: readonly Pair[], inputs: readonly TokenAddress[]): ParsedReply<readonly Pool[]> {
  const values = new Map<string, readonly Pool[]>();
  for (const input of inputs) {
    const pools = pairs.map((pair) => toPool(pair, input.chain, input.address)).filter((pool) => pool !== null);
    if (pools.length > 0) values.set(keyOf(input), pools);
  }
  // A full reply may have left tokens out for want of room, which must not read as "unknown token".
  const isFull = inputs.length > 1 && pairs.length >= mostPairsInReply;
  return { values, unsure: isFull ? inputs.map(keyOf).filter((key) => !values.has(key)) : [] };
}

export const dexscreener = defineSource({
  name: 'dexscreener',
  title: 'DexScreener',
  baseUrl: 'https://api.dexscreener.com',
  docsUrl: 'https://docs.dexscreener.com/api/reference',
  limits: { keyless: { requestsPerMinute: 300, burst: 30 }, coolDownMs: 30 * second },
  timeoutMs: 10 * second,
  endpoints: [tokens],
  authHeaders: () => ({}),
  // It has no error bodies of its own: status and shape say it all.
  faultOf: () => null,
  collect: async (token, ask) => {
    if (token.contract === undefined) ask.notApplicable(tokens, 'a native coin has no contract');
    else await ask(tokens, token.contract);
  },
});

import { chainOf, chains, normalizeAddress } from '../chain.ts';
import { type JsonObject, retryAfter } from '../imitation/fake-reply.ts';
import type { MarketSnapshot, SourceFake } from '../imitation/market-token.ts';
import { evmFields, type SecuredToken, solanaFields } from './fake-fields.ts';
import { answerSecurity, envelope, type SecurityCatalog } from './security-answers.ts';

const tooMany = () => envelope(4029, 'too many requests', null);

/** GoPlus token security, without an access token. */
export const goplusFake: SourceFake = {
  source: 'goplus',
  answer: (request, market) => answerSecurity(request, catalogOf(market)),
  tooManyRequests: (seconds) => {
    const reply = tooMany();
    return { ...reply, headers: { ...reply.headers, ...retryAfter(seconds) } };
  },
  errorInsideSuccess: tooMany,
};

function catalogOf(market: MarketSnapshot): SecurityCatalog {
  return {
    chains: chains.flatMap((chain) => ('goplusId' in chain ? [chain.goplusId] : [])),
    find: (chain, address) => fieldsOf(market, chain, address),
  };
}

function fieldsOf(market: MarketSnapshot, chain: string, address: string): JsonObject | undefined {
  const token = market.tokens.find((candidate): candidate is SecuredToken => {
    if (candidate.contract === undefined || candidate.security === undefined) return false;
    const own = candidate.contract;
    const row = chainOf(own.chain);
    return (row.goplusId ?? row.id) === chain && normalizeAddress(own.chain, own.address) === address;
  });
  if (token === undefined) return undefined;
  return chain === 'solana' ? solanaFields(token, market.asOfMs) : evmFields(token, market.asOfMs);
}

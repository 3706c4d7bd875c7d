import { chains, normalizeAddress } from '../chain.ts';
import { jsonReply, retryAfter } from '../imitation/fake-reply.ts';
import type { FakeReply, MarketSnapshot, SourceFake } from '../imitation/market-token.ts';
import { answerCoins, type CoinCatalog } from './coin-answers.ts';
import { coinBody, type ListedToken, marketRow } from './fake-coin.ts';

const rateLimitMessage =
  "You've exceeded the Rate Limit. Please visit https://www.coingecko.com/en/api/pricing to subscribe to our API plans for higher rate limits.";

const rateLimitBody = { status: { error_code: 429, error_message: rateLimitMessage } };

/** CoinGecko's API v3, keyless. */
export const coingeckoFake: SourceFake = {
  source: 'coingecko',
  answer: (request, market) => answerCoins(request, catalogOf(market)),
  tooManyRequests: (seconds): FakeReply => jsonReply(429, rateLimitBody, retryAfter(seconds)),
  // The same body comes with HTTP 200 at times; the status alone does not tell.
  errorInsideSuccess: () => jsonReply(200, rateLimitBody),
};

function catalogOf(market: MarketSnapshot): CoinCatalog {
  const listed = market.tokens.filter((token): token is ListedToken => token.listing !== undefined);
  const byId = new Map(listed.map((token) => [token.listing.coingeckoId, token]));
  const cap = (token: ListedToken): number => token.priceUsd * (token.supply.circulating ?? 0);
  return {
    ids: [...listed].sort((a, b) => cap(b) - cap(a)).map((token) => token.listing.coingeckoId),
    row: (id) => {
      const token = byId.get(id);
      return token && marketRow(token, market.asOfMs);
    },
    coin: (id) => {
      const token = byId.get(id);
      return token && coinBody(token, market.asOfMs);
    },
    idOfContract: (platform, address) => idOfContract(listed, platform, address),
  };
}

function idOfContract(listed: readonly ListedToken[], platform: string, address: string): string | undefined {
  const chain = chains.find((row) => row.coingeckoPlatform === platform)?.id;
  if (chain === undefined) return undefined;
  const wanted = normalizeAddress(chain, address);
  return listed.find(
    ({ contract }) => contract?.chain === chain && normalizeAddress(chain, contract.address) === wanted,
  )?.listing.coingeckoId;
}

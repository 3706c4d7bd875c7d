import { type ChainId, chains, normalizeAddress } from '../chain.ts';
import { isJsonObject, type JsonObject } from '../fake-reply.ts';
import {
  createExactLookup,
  isAnswer,
  isOfSite,
  newestTime,
  type RecordedSite,
  recordedTime,
} from '../recorded-lookup.ts';
import type { RecordedReply, RecordedToken, RecordingReader } from '../recorded-reply.ts';
import { answerPairs } from './pair-answers.ts';

const site: RecordedSite = { source: 'dexscreener', hosts: ['api.dexscreener.com'], basePath: '' };

/** Recorded DexScreener replies: every pair of any of them can be asked for by chain and address. */
export const dexscreenerRecording: RecordingReader = {
  source: site.source,
  owns: (url) => isOfSite(site, url),
  read: (replies) => {
    const pairs = distinctPairs(replies);
    const exact = createExactLookup(site, replies);
    const newestAtMs = newestTime([
      ...replies.map(recordedTime),
      ...pairs.map((pair) => (typeof pair['pairCreatedAt'] === 'number' ? pair['pairCreatedAt'] : undefined)),
      ...replies.flatMap(paymentTimes),
    ]);
    return {
      tokens: tokensOf(pairs),
      ...(newestAtMs === undefined ? {} : { newestAtMs }),
      answer: (request) => exact(request) ?? answerPairs(request, { pairs }),
    };
  },
};

/** One entry per pool; the newest recording wins, and of equally new ones the later in file order. */
function distinctPairs(replies: readonly RecordedReply[]): readonly JsonObject[] {
  const inOrder = [...replies].sort((a, b) => (recordedTime(a) ?? 0) - (recordedTime(b) ?? 0));
  const best = new Map<string, JsonObject>();
  for (const pair of inOrder.filter(isAnswer).flatMap(pairsOf)) {
    best.set(`${String(pair['chainId'])}:${String(pair['pairAddress']).toLowerCase()}`, pair);
  }
  return [...best.values()];
}

function pairsOf(reply: RecordedReply): readonly JsonObject[] {
  const { body } = reply;
  const list = Array.isArray(body) ? body : isJsonObject(body) ? body['pairs'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(isJsonObject).filter((pair) => typeof pair['pairAddress'] === 'string' && 'baseToken' in pair);
}

function paymentTimes(reply: RecordedReply): readonly (number | undefined)[] {
  const orders = isJsonObject(reply.body) ? reply.body['orders'] : undefined;
  if (!Array.isArray(orders)) return [];
  return orders.map((order) => {
    const ms: unknown = isJsonObject(order) ? order['paymentTimestamp'] : undefined;
    return typeof ms === 'number' ? ms : undefined;
  });
}

/** The base tokens, on chains that we know: a token that is only what others are priced in was not looked at. */
function tokensOf(pairs: readonly JsonObject[]): readonly RecordedToken[] {
  return pairs.flatMap((pair) => {
    const chain = chainOfSlug(pair['chainId']);
    const base = pair['baseToken'];
    if (chain === undefined || !isJsonObject(base)) return [];
    const { address, symbol, name } = base;
    if (typeof address !== 'string' || typeof symbol !== 'string') return [];
    const contracts = [{ chain, address: normalizeAddress(chain, address) }];
    return [{ symbol, name: typeof name === 'string' ? name : symbol, contracts }];
  });
}

function chainOfSlug(slug: unknown): ChainId | undefined {
  return chains.find((chain) => chain.dexscreenerId === slug)?.id;
}

import { type ChainId, chains, normalizeAddress } from '../chain.ts';
import { isJsonObject, type JsonObject } from '../imitation/fake-reply.ts';
import {
  createExactLookup,
  isAnswer,
  isOfSite,
  newestTime,
  type RecordedSite,
  recordedTime,
} from '../imitation/recorded-lookup.ts';
import type { RecordedReply, RecordedToken, RecordingReader } from '../imitation/recorded-reply.ts';
import { answerPairs } from './pair-answers.ts';

const site: RecordedSite = { source: 'dexscreener', hosts: ['api.dexscreener.com'], basePath: '' };

/** Recorded DexScreener replies: every pair of any of them can be asked for by chain and address. */
export const dexscreenerRecording: RecordingReader = {
  source: site.source,
  owns: (url) => isOfSite(site, url),
  read: (replies) => {
    const recorded = distinctPairs(replies);
    const pairs = recorded.map(({ pair }) => pair);
    const exact = createExactLookup(site, replies);
    const newestAtMs = newestTime([
      ...replies.map(recordedTime),
      ...recorded.map(({ atMs }) => atMs),
      ...replies.flatMap(paymentTimes),
    ]);
    return {
      tokens: tokensOf(recorded),
      ...(newestAtMs === undefined ? {} : { newestAtMs }),
      answer: (request) => exact(request) ?? answerPairs(request, { pairs }),
    };
  },
};

/** A pool as one recording shows it. */
interface RecordedPair {
  readonly pair: JsonObject;
  readonly atMs: number | undefined;
}

/** One entry per pool; the newest recording wins, and of equally new ones the later in file order. */
function distinctPairs(replies: readonly RecordedReply[]): readonly RecordedPair[] {
  const inOrder = [...replies].sort((a, b) => (recordedTime(a) ?? 0) - (recordedTime(b) ?? 0));
  const best = new Map<string, RecordedPair>();
  for (const reply of inOrder.filter(isAnswer)) {
    for (const pair of pairsOf(reply)) {
      const createdAtMs = typeof pair['pairCreatedAt'] === 'number' ? pair['pairCreatedAt'] : undefined;
      // DexScreener dates nothing but the birth of a pair, which is no later than the reply.
      const atMs = newestTime([recordedTime(reply), createdAtMs]);
      best.set(`${String(pair['chainId'])}:${String(pair['pairAddress']).toLowerCase()}`, { pair, atMs });
    }
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
function tokensOf(recorded: readonly RecordedPair[]): readonly RecordedToken[] {
  return recorded.flatMap(({ pair, atMs }) => {
    const chain = chainOfSlug(pair['chainId']);
    const base = pair['baseToken'];
    if (chain === undefined || !isJsonObject(base)) return [];
    const { address, symbol, name } = base;
    if (typeof address !== 'string' || typeof symbol !== 'string') return [];
    const contracts = [{ chain, address: normalizeAddress(chain, address) }];
    const known = { symbol, name: typeof name === 'string' ? name : symbol, contracts };
    return [atMs === undefined ? known : { ...known, newestAtMs: atMs }];
  });
}

function chainOfSlug(slug: unknown): ChainId | undefined {
  return chains.find((chain) => chain.dexscreenerId === slug)?.id;
}

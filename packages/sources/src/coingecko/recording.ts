import { type ChainId, chains, normalizeAddress } from '../chain.ts';
import { isJsonObject, type JsonObject } from '../imitation/fake-reply.ts';
import {
  createExactLookup,
  isAnswer,
  isOfSite,
  newestTime,
  pathBelow,
  type RecordedSite,
  recordedTime,
} from '../imitation/recorded-lookup.ts';
import type { RecordedReply, RecordedToken, RecordingReader } from '../imitation/recorded-reply.ts';
import { answerCoins, type CoinCatalog } from './coin-answers.ts';

const site: RecordedSite = {
  source: 'coingecko',
  hosts: ['api.coingecko.com', 'pro-api.coingecko.com'],
  basePath: '/api/v3',
};

/** Recorded CoinGecko replies, asked again by coin whatever question they once answered. */
export const coingeckoRecording: RecordingReader = {
  source: site.source,
  // GeckoTerminal's replies come from the same host below /onchain.
  owns: (url) => isOfSite(site, url) && !pathBelow(site, url).startsWith('/onchain'),
  read: (replies) => {
    const rows = newestPerId(replies.flatMap(rowsOf));
    const coins = newestPerId(replies.flatMap(coinOf));
    const catalog = catalogOf(rows, coins);
    const exact = createExactLookup(site, replies);
    const newestAtMs = newestTime([
      ...replies.map(recordedTime),
      ...[...rows.values(), ...coins.values()].map(updatedAt),
    ]);
    return {
      tokens: catalog.ids.map((id) => tokenOf(id, rows.get(id), coins.get(id))),
      ...(newestAtMs === undefined ? {} : { newestAtMs }),
      answer: (request) => exact(request) ?? answerCoins(request, catalog),
    };
  },
};

function rowsOf(reply: RecordedReply): readonly JsonObject[] {
  const path = pathBelow(site, new URL(reply.url));
  if (path !== '/coins/markets' || !isAnswer(reply) || !Array.isArray(reply.body)) return [];
  return reply.body.filter(isJsonObject).filter((row) => typeof row['id'] === 'string');
}

/** `/coins/{id}` and `/coins/{platform}/contract/{address}`, not the sub-resources of a coin. */
function coinOf(reply: RecordedReply): readonly JsonObject[] {
  const path = pathBelow(site, new URL(reply.url));
  const isCoin = /^\/coins\/[^/]+$/.test(path) || /^\/coins\/[^/]+\/contract\/[^/]+$/.test(path);
  if (!isCoin || path === '/coins/markets' || !isAnswer(reply) || !isJsonObject(reply.body)) return [];
  return typeof reply.body['id'] === 'string' ? [reply.body] : [];
}

/** The newest wins; of equally new ones the more complete, and then the later in file order. */
function newestPerId(bodies: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  const best = new Map<string, JsonObject>();
  for (const body of bodies) {
    const id = String(body['id']);
    const known = best.get(id);
    if (known === undefined || isBetter(body, known)) best.set(id, body);
  }
  return best;
}

function isBetter(candidate: JsonObject, known: JsonObject): boolean {
  const newer = (updatedAt(candidate) ?? 0) - (updatedAt(known) ?? 0);
  return newer === 0 ? knownKeys(candidate) >= knownKeys(known) : newer > 0;
}

const knownKeys = (body: JsonObject): number => Object.values(body).filter((value) => value !== null).length;

function updatedAt(body: JsonObject): number | undefined {
  const text = body['last_updated'];
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function catalogOf(rows: ReadonlyMap<string, JsonObject>, coins: ReadonlyMap<string, JsonObject>): CoinCatalog {
  const cap = (id: string): number => Number(rows.get(id)?.['market_cap'] ?? 0);
  const ids = [...new Set([...rows.keys(), ...coins.keys()])].sort((a, b) => cap(b) - cap(a) || (a < b ? -1 : 1));
  return {
    ids,
    row: (id) => rows.get(id),
    coin: (id) => coins.get(id),
    idOfContract: (platform, address) =>
      ids.find((id) => platformsOf(coins.get(id)).some(([name, own]) => name === platform && isSame(own, address))),
  };
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function platformsOf(coin: JsonObject | undefined): readonly (readonly [string, string])[] {
  const platforms = coin?.['platforms'];
  if (!isJsonObject(platforms)) return [];
  return Object.entries(platforms).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string' && entry[0] !== '' && entry[1] !== '';
  });
}

function tokenOf(id: string, row: JsonObject | undefined, coin: JsonObject | undefined): RecordedToken {
  const facts = coin ?? row ?? {};
  const home = coin?.['asset_platform_id'];
  const contracts = platformsOf(coin)
    .map(([platform, address]) => ({ platform, chain: chainOfPlatform(platform), address }))
    .filter((entry): entry is { platform: string; chain: ChainId; address: string } => entry.chain !== undefined)
    .sort((a, b) => Number(b.platform === home) - Number(a.platform === home))
    .map(({ chain, address }) => ({ chain, address: normalizeAddress(chain, address) }));
  const newestAtMs = newestTime([row, coin].map((body) => body && updatedAt(body)));
  return {
    symbol: String(facts['symbol'] ?? id),
    name: String(facts['name'] ?? id),
    contracts,
    coingeckoId: id,
    ...(newestAtMs === undefined ? {} : { newestAtMs }),
  };
}

function chainOfPlatform(platform: string): ChainId | undefined {
  return chains.find((chain) => chain.coingeckoPlatform === platform)?.id;
}

import { type ChainId, chains, normalizeAddress } from '../chain.ts';
import { commaList, isJsonObject, type JsonObject } from '../imitation/fake-reply.ts';
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
import { answerSecurity, type SecurityCatalog } from './security-answers.ts';

const site: RecordedSite = { source: 'goplus', hosts: ['api.gopluslabs.io'], basePath: '/api/v1' };

/** What one recorded reply said about one contract. */
interface RecordedContract {
  /** GoPlus' own id of the chain, or `solana`. */
  readonly chain: string;
  readonly address: string;
  readonly fields: JsonObject;
  readonly atMs: number | undefined;
}

/** Recorded GoPlus replies, asked again by chain and address. */
export const goplusRecording: RecordingReader = {
  source: site.source,
  owns: (url) => isOfSite(site, url),
  read: (replies) => {
    const contracts = distinctContracts(replies);
    const whole = replies.filter((reply) => unwrapped(reply) === undefined);
    const exact = createExactLookup(site, whole);
    const newestAtMs = newestTime(replies.map(recordedTime));
    return {
      tokens: [...contracts.values()].flatMap(tokenOf),
      ...(newestAtMs === undefined ? {} : { newestAtMs }),
      answer: (request) => exact(request) ?? answerSecurity(request, catalogOf(contracts)),
    };
  },
};

function distinctContracts(replies: readonly RecordedReply[]): ReadonlyMap<string, RecordedContract> {
  const inOrder = [...replies].sort((a, b) => (recordedTime(a) ?? 0) - (recordedTime(b) ?? 0));
  const contracts = inOrder.filter(isAnswer).flatMap(contractsOf);
  return new Map(contracts.map((contract) => [contractKey(contract.chain, contract.address), contract]));
}

const contractKey = (chain: string, address: string): string =>
  `${chain}:${chain === 'solana' ? address : address.toLowerCase()}`;

function contractsOf(reply: RecordedReply): readonly RecordedContract[] {
  const chain = chainOfReply(reply);
  if (chain === undefined || !isJsonObject(reply.body)) return [];
  const atMs = recordedTime(reply);
  const bare = unwrapped(reply);
  if (bare !== undefined) return [{ chain, address: bare, fields: reply.body, atMs }];
  const result = reply.body['result'];
  if (!isJsonObject(result)) return [];
  return Object.entries(result).flatMap(([address, fields]) => {
    return isJsonObject(fields) ? [{ chain, address, fields, atMs }] : [];
  });
}

function chainOfReply(reply: RecordedReply): string | undefined {
  const path = pathBelow(site, new URL(reply.url));
  if (path === '/solana/token_security') return 'solana';
  return /^\/token_security\/(\w+)$/.exec(path)?.[1];
}

/** Some recorders keep the inner object only: the address it is about, when that is so. */
function unwrapped(reply: RecordedReply): string | undefined {
  const { body } = reply;
  if (!isJsonObject(body) || 'code' in body || 'result' in body) return undefined;
  if (!('holder_count' in body || 'total_supply' in body)) return undefined;
  return commaList(new URL(reply.url).searchParams.get('contract_addresses'))[0];
}

function catalogOf(contracts: ReadonlyMap<string, RecordedContract>): SecurityCatalog {
  return {
    chains: chains.flatMap((chain) => ('goplusId' in chain ? [chain.goplusId] : [])),
    find: (chain, address) => contracts.get(contractKey(chain, address))?.fields,
  };
}

function tokenOf(contract: RecordedContract): readonly RecordedToken[] {
  const chain = chainIdOf(contract.chain);
  if (chain === undefined) return [];
  const metadata = contract.fields['metadata'];
  const facts = isJsonObject(metadata) ? metadata : contract.fields;
  const symbol = facts['symbol'] ?? facts['token_symbol'];
  const name = facts['name'] ?? facts['token_name'];
  if (typeof symbol !== 'string' || symbol === '') return [];
  const contracts = [{ chain, address: normalizeAddress(chain, contract.address) }];
  const known = { symbol, name: typeof name === 'string' ? name : symbol, contracts };
  return [contract.atMs === undefined ? known : { ...known, newestAtMs: contract.atMs }];
}

function chainIdOf(id: string): ChainId | undefined {
  if (id === 'solana') return 'solana';
  return chains.find((chain) => 'goplusId' in chain && chain.goplusId === id)?.id;
}

import { commaList, type JsonObject, jsonReply, pathSegments } from '../imitation/fake-reply.ts';
import type { FakeReply, FakeRequest } from '../imitation/market-token.ts';

/** The contracts that can be asked for. */
export interface SecurityCatalog {
  /** Chain segments that GoPlus supports, `solana` included. */
  readonly chains: readonly string[];
  /** `chain` is GoPlus' own id ("1", "8453", …) or `solana`. The address comes as asked. */
  find(chain: string, address: string): JsonObject | undefined;
}

/** GoPlus answers HTTP 200 whatever happened; the code tells. */
export function envelope(code: number, message: string, result: JsonObject | null): FakeReply {
  return jsonReply(200, { code, message, result }, { 'content-type': 'application/json' });
}

/** Answers GoPlus' two token endpoints from a catalog. */
export function answerSecurity(request: FakeRequest, catalog: SecurityCatalog): FakeReply {
  const segments = pathSegments(request.path);
  const [first, second] = segments;
  if (request.method !== 'GET' || segments.length !== 2) return wrongPath(request);
  if (first === 'token_security' && second !== undefined) return evm(request, catalog, second);
  if (first === 'solana' && second === 'token_security') return solana(request, catalog);
  return wrongPath(request);
}

function evm(request: FakeRequest, catalog: SecurityCatalog, chain: string): FakeReply {
  if (!catalog.chains.includes(chain)) return envelope(5006, 'param error', null);
  // Without a token only the first address of a list is answered.
  const address = commaList(request.query.get('contract_addresses'))[0]?.toLowerCase();
  if (address === undefined) return envelope(5006, 'param error', null);
  if (!/^0x[0-9a-f]{40}$/.test(address)) return envelope(2004, 'Contract address format error!', null);
  return found(address, catalog.find(chain, address));
}

function solana(request: FakeRequest, catalog: SecurityCatalog): FakeReply {
  const address = commaList(request.query.get('contract_addresses'))[0];
  if (address === undefined) return envelope(5006, 'param error', null);
  if (!/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(address)) return envelope(2004, 'Contract address format error!', null);
  return found(address, catalog.find('solana', address));
}

/** An unknown contract is success with an empty result. */
function found(key: string, fields: JsonObject | undefined): FakeReply {
  return envelope(1, 'OK', fields === undefined ? {} : { [key]: fields });
}

function wrongPath(request: FakeRequest): FakeReply {
  return jsonReply(404, { status: 404, error: 'Not Found', path: `/api/v1${request.path}` });
}

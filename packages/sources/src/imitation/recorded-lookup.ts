import { isJsonObject } from './fake-reply.ts';
import type { FakeReply, FakeRequest } from './market-token.ts';
import type { RecordedReply } from './recorded-reply.ts';

/** Where an API lives: what is cut from a recorded URL to get the path that a fake answers. */
export interface RecordedSite {
  readonly source: string;
  readonly hosts: readonly string[];
  /** Without a trailing slash; empty when the API starts at the root. */
  readonly basePath: string;
}

/** Recordings taken from an imitated market carry `/<source>/…` on any host instead of the real one. */
export function isOfSite(site: RecordedSite, url: URL): boolean {
  if (site.hosts.includes(url.hostname)) return url.pathname.startsWith(`${site.basePath}/`);
  return url.pathname.startsWith(`/${site.source}/`);
}

/** The path below the source's base, percent-decoded and without a trailing slash. */
export function pathBelow(site: RecordedSite, url: URL): string {
  const base = site.hosts.includes(url.hostname) ? site.basePath : `/${site.source}`;
  return comparablePath(url.pathname.slice(base.length));
}

export function comparablePath(path: string): string {
  const short = path.length > 1 ? path.replace(/\/+$/, '') : path;
  try {
    return decodeURIComponent(short);
  } catch {
    return short;
  }
}

/** True for a reply that says something about a token, which an error body inside HTTP 200 does not. */
export function isAnswer(reply: RecordedReply): boolean {
  if (reply.status < 200 || reply.status > 299) return false;
  if (!isJsonObject(reply.body)) return true;
  const { status, code, result } = reply.body;
  // GoPlus: its code tells, and whatever it could not answer has no result.
  if (typeof code === 'number' && 'result' in reply.body && !isJsonObject(result)) return false;
  return !(isJsonObject(status) && 'error_code' in status) && !('error' in reply.body);
}

/**
 * Finds the reply recorded for the very same question. Of several, an answer wins over a failure, so that a
 * recorded retry is not played back, and then the newest wins.
 */
export function createExactLookup(
  site: RecordedSite,
  replies: readonly RecordedReply[],
): (request: FakeRequest) => FakeReply | undefined {
  const byQuestion = new Map<string, RecordedReply>();
  for (const reply of replies) {
    const url = new URL(reply.url);
    const question = questionKey(reply.method, pathBelow(site, url), url.searchParams);
    const known = byQuestion.get(question);
    if (known === undefined || isPreferred(reply, known)) byQuestion.set(question, reply);
  }
  return ({ method, path, query }) => {
    const found = byQuestion.get(questionKey(method, comparablePath(path), query));
    return found && toFakeReply(found);
  };
}

function isPreferred(candidate: RecordedReply, known: RecordedReply): boolean {
  const gain = Number(isAnswer(candidate)) - Number(isAnswer(known));
  if (gain !== 0) return gain > 0;
  return (candidate.recordedAtMs ?? 0) >= (known.recordedAtMs ?? 0);
}

/** Keys are secrets or plans, not part of the question. */
const ignoredParameters = new Set(['x_cg_demo_api_key', 'x_cg_pro_api_key']);

function questionKey(method: string, path: string, query: URLSearchParams): string {
  const parameters = [...query.entries()].filter(([name]) => !ignoredParameters.has(name));
  return JSON.stringify([method, path, parameters.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))]);
}

/** Headers that a client acts on; lengths and encodings belong to the recorded transfer. */
const replayedHeaders = new Set(['content-type', 'cache-control', 'retry-after']);

function toFakeReply(reply: RecordedReply): FakeReply {
  const text = typeof reply.body === 'string';
  const headers = Object.entries(reply.headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => replayedHeaders.has(name));
  return {
    status: reply.status,
    headers: {
      'content-type': text ? 'text/plain; charset=utf-8' : 'application/json',
      ...Object.fromEntries(headers),
    },
    body: typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body),
  };
}

/** The newest of the times given, leaving out what is not one. */
export function newestTime(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time): time is number => time !== undefined && Number.isFinite(time));
  return known.length === 0 ? undefined : Math.max(...known);
}

/** When a reply was recorded: said by the recorder, or by its `date` header. */
export function recordedTime(reply: RecordedReply): number | undefined {
  if (reply.recordedAtMs !== undefined) return reply.recordedAtMs;
  const date = Object.entries(reply.headers).find(([name]) => name.toLowerCase() === 'date')?.[1];
  const ms = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(ms) ? undefined : ms;
}

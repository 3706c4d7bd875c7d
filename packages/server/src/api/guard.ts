import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { requestError } from '../errors.ts';

/** What of a request decides whether it is let in. */
export interface Knock {
  /** True for a route that does something instead of showing something. */
  readonly isChange: boolean;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  /** False for what anybody may see: the page's frame, the API reference, health. */
  readonly isPrivate: boolean;
}

export interface Guard {
  /** @throws RequestError naming what was refused */
  check(knock: Knock): void;
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

export function isLoopback(host: string): boolean {
  return loopbackNames.has(host) || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Decides before a route runs.
 *
 * On loopback the host header must name loopback: otherwise a page of any site could reach this API by pointing its
 * own name at 127.0.0.1. A request that changes something must be JSON and must not come from a page of another origin.
 */
export function createGuard(options: { readonly host: string; readonly token: string | null }): Guard {
  const names = isLoopback(options.host) ? new Set([...loopbackNames, options.host]) : null;
  const isAuthorized = options.token === null ? () => true : bearerCheck(options.token);
  return {
    check(knock) {
      if (names !== null && !names.has(hostName(knock.host))) throw requestError('SRV_HOST_REFUSED', {});
      if (knock.isChange) {
        if (isForeign(knock)) throw requestError('SRV_ORIGIN_REFUSED', {});
        if (!isJson(knock.contentType)) throw requestError('SRV_MEDIA_TYPE_REFUSED', {});
      }
      if (knock.isPrivate && !isAuthorized(knock.authorization)) throw requestError('SRV_UNAUTHORIZED', {});
    },
  };
}

function hostName(header: string | undefined): string {
  return (header ?? '').toLowerCase().replace(/:\d{1,5}$/, '');
}

function isForeign({ origin, host, fetchSite }: Knock): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return true;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== (host ?? '').toLowerCase();
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '');
}

/** Hashes first: comparing in constant time wants equal lengths, and the length of the token is nobody's business. */
function bearerCheck(token: string): (authorization: string | undefined) => boolean {
  const wanted = digest(token);
  return (authorization) => {
    const [, sent = ''] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
    return timingSafeEqual(digest(sent), wanted);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

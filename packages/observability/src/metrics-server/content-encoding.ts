import { parseAccepted } from '../metrics/exposition/accept-header.ts';

/** How a reply's body is sent; `none` when the client refuses both. */
export type ContentEncoding = 'gzip' | 'identity' | 'none';

/**
 * Chooses by Accept-Encoding as RFC 9110, section 12.5.3, says: gzip where it is accepted at least as gladly as an
 * unchanged body, which is always acceptable unless refused by name or by `*;q=0`. A client that refuses only the
 * unchanged body gets gzip.
 */
export function chooseEncoding(header: string | undefined): ContentEncoding {
  const accepted = parseAccepted(header);
  const qualityOf = (...codings: readonly string[]) =>
    accepted.find(({ value }) => codings.includes(value))?.quality ?? undefined;
  const any = qualityOf('*');
  const gzip = qualityOf('gzip', 'x-gzip') ?? any;
  const named = qualityOf('identity');
  const isIdentityRefused = named === 0 || (named === undefined && any === 0);
  if (isIdentityRefused) return gzip === undefined || gzip > 0 ? 'gzip' : 'none';
  return gzip !== undefined && gzip > 0 && gzip >= (named ?? 0) ? 'gzip' : 'identity';
}

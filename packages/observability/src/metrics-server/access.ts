import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who is let in. Without tokens and users it is everybody. */
export interface AccessOptions {
  /** Any of these opens: `Authorization: Bearer …`. */
  readonly bearerTokens?: readonly string[];
  /** Passwords by user name: `Authorization: Basic …`. */
  readonly basicUsers?: Readonly<Record<string, string>>;
}

export interface Access {
  /** The value of `WWW-Authenticate` for those who are not let in. */
  readonly challenge: string;
  /** By the request's Authorization header. */
  isAllowed(authorization: string | undefined): boolean;
}

/**
 * Null where everybody is let in. Only digests under a key of this run are kept; each request is compared with all of
 * them, in a time that does not tell how much of a guess was right.
 */
export function createAccess({ bearerTokens = [], basicUsers = {} }: AccessOptions): Access | null {
  const users = Object.entries(basicUsers);
  if (bearerTokens.length === 0 && users.length === 0) return null;
  const runKey = randomBytes(32);
  const digest = (scheme: string, secret: string | Buffer) =>
    createHmac('sha256', runKey).update(`${scheme} `).update(secret).digest();
  const known = [
    ...bearerTokens.map((token) => digest('bearer', token)),
    ...users.map(([name, password]) => digest('basic', `${name}:${password}`)),
  ];
  const challenges = [
    ...(bearerTokens.length > 0 ? ['Bearer realm="metrics"'] : []),
    ...(users.length > 0 ? ['Basic realm="metrics", charset="UTF-8"'] : []),
  ];
  return {
    challenge: challenges.join(', '),
    isAllowed(authorization) {
      const [, scheme = '', credentials = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? '') ?? [];
      if (credentials === '') return false;
      const isBasic = scheme.toLowerCase() === 'basic';
      const given = isBasic ? digest('basic', Buffer.from(credentials, 'base64')) : digest('bearer', credentials);
      let isKnown = false;
      for (const one of known) isKnown = timingSafeEqual(one, given) || isKnown;
      return isKnown;
    },
  };
}

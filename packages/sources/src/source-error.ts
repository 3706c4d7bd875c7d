/**
 * What a failed call means, the same for every source.
 *
 * | kind | retried | counts for the breaker |
 * |---|---|---|
 * | `not_found` | no | no |
 * | `rate_limited` | after the wait, within the deadline | no (cool-down of its own) |
 * | `quota_exhausted` | no | opens until the reset |
 * | `auth` | no | opens for good |
 * | `blocked` | no | opens for an hour |
 * | `plan` | no | no |
 * | `bad_request` | no | no |
 * | `server` | twice, with jitter | yes |
 * | `network` | twice, with jitter | yes |
 * | `schema` | no | yes, after three |
 * | `partial` | no | no |
 */
export const sourceErrorKinds = [
  'not_found',
  'rate_limited',
  'quota_exhausted',
  'auth',
  'blocked',
  'plan',
  'bad_request',
  'server',
  'network',
  'schema',
  'partial',
] as const;

export type SourceErrorKind = (typeof sourceErrorKinds)[number];

export interface SourceErrorFacts {
  readonly kind: SourceErrorKind;
  readonly source: string;
  readonly endpoint: string;
  /** What came, in the words of the source, cut to 200 characters. */
  readonly detail: string;
  readonly httpStatus?: number;
  /** How long the source asked us to wait, already capped. */
  readonly retryAfterMs?: number;
}

/** Codes of this package's errors. A code is never reused. */
export const sourceErrorCodes: Record<SourceErrorKind, string> = {
  not_found: 'SRC_NOT_FOUND',
  rate_limited: 'SRC_RATE_LIMITED',
  quota_exhausted: 'SRC_QUOTA_EXHAUSTED',
  auth: 'SRC_AUTH',
  blocked: 'SRC_BLOCKED',
  plan: 'SRC_PLAN',
  bad_request: 'SRC_BAD_REQUEST',
  server: 'SRC_SERVER',
  network: 'SRC_NETWORK',
  schema: 'SRC_SCHEMA',
  partial: 'SRC_PARTIAL',
};

/** A call to an outside API that gave no usable answer. Callers branch on `kind`. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: string;
  readonly kind: SourceErrorKind;
  readonly facts: SourceErrorFacts;

  constructor(facts: SourceErrorFacts, options?: { cause?: unknown }) {
    const status = facts.httpStatus === undefined ? '' : ` (HTTP ${facts.httpStatus})`;
    super(`${facts.source} ${facts.endpoint}: ${facts.kind}${status}: ${facts.detail}`, options);
    this.code = sourceErrorCodes[facts.kind];
    this.kind = facts.kind;
    this.facts = facts;
  }
}

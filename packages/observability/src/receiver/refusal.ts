import type { ReceiverOutcome } from './receiver-outcome.ts';

/** Why a request is not taken, in the words of HTTP and of google.rpc.Status. */
export interface Refusal {
  readonly outcome: ReceiverOutcome;
  readonly status: number;
  /** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
  readonly code: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const codes = {
  invalidArgument: 3,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export const wrongHost: Refusal = {
  outcome: 'wrong_host',
  status: 421,
  code: codes.invalidArgument,
  message: 'this receiver does not answer under that host name; metrics.receiver.allowed_hosts adds others',
};

export const notFound: Refusal = {
  outcome: 'not_found',
  status: 404,
  code: codes.notFound,
  message: 'nothing is received under that path; metrics are at /v1/metrics',
};

/**
 * 404 and not a partial success: OTLP forbids to send such a batch again, and an SDK reports it as failed. Many read a
 * reply of 200 no further, and their users would believe the spans stored.
 */
export const signalNotStored: Refusal = {
  outcome: 'signal_not_stored',
  status: 404,
  code: codes.unimplemented,
  message: 'traces and logs are not stored here; only metrics are received, at /v1/metrics',
};

export const wrongMethod: Refusal = {
  outcome: 'wrong_method',
  status: 405,
  code: codes.invalidArgument,
  message: 'metrics are sent with POST',
  headers: { allow: 'POST' },
};

export const doubledHeader: Refusal = {
  outcome: 'bad_request',
  status: 400,
  code: codes.invalidArgument,
  message: 'a header that may come once came twice',
};

export const unknownContentType: Refusal = {
  outcome: 'unknown_content_type',
  status: 415,
  code: codes.invalidArgument,
  message: 'the content type is neither application/x-protobuf nor application/json',
  headers: { accept: 'application/x-protobuf, application/json' },
};

export const unknownContentEncoding: Refusal = {
  outcome: 'unknown_content_encoding',
  status: 415,
  code: codes.invalidArgument,
  message: 'the content encoding is neither gzip nor identity',
  headers: { 'accept-encoding': 'gzip, identity' },
};

// What is busy now is likely to be less so in a second, and senders wait longer with each attempt of their own.
const overloadRetrySeconds = 1;

export const overloaded: Refusal = {
  outcome: 'overloaded',
  status: 503,
  code: codes.unavailable,
  message: 'too much is being received at the moment; send it again',
  headers: { 'retry-after': String(overloadRetrySeconds) },
};

export const failed: Refusal = {
  outcome: 'failed',
  status: 500,
  code: codes.internal,
  message: 'the request could not be handled',
};

export function unauthorized(challenge: string): Refusal {
  return {
    outcome: 'unauthorized',
    status: 401,
    code: codes.unauthenticated,
    message: 'the header Authorization is missing, or nobody of metrics.access',
    headers: { 'www-authenticate': challenge },
  };
}

export function rateLimited(waitMs: number): Refusal {
  return {
    outcome: 'rate_limited',
    status: 429,
    code: codes.resourceExhausted,
    message: 'too many requests from one address, more than metrics.receiver.max_requests_per_second',
    headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
  };
}

export function tooLarge(maxBytes: number): Refusal {
  return {
    outcome: 'too_large',
    status: 413,
    code: codes.invalidArgument,
    message: `the request is longer than ${maxBytes} bytes after decompression; send less at once, or raise metrics.receiver.max_body_bytes`,
  };
}

/** `problem` names a field, and nothing that came as a value. */
export function undecodable(problem: string): Refusal {
  return { outcome: 'undecodable', status: 400, code: codes.invalidArgument, message: problem };
}

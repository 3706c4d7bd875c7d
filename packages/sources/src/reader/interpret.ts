import type { Endpoint, Fault, HttpReply, ParsedReply, SourceDeclaration } from '../define-source.ts';
import type { SourceError, SourceErrorKind } from '../source-error.ts';
import { WireError } from '../wire-error.ts';
import { type Call, toSourceError } from './call.ts';
import { excerpt } from './excerpt.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface InterpretOptions {
  readonly source: SourceDeclaration;
  readonly endpoint: Endpoint;
  readonly inputs: readonly unknown[];
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/**
 * What a reply means. The source's own error body is looked at before the status, since some report failures inside
 * HTTP 200, and the shape last. A 404 that is not in the source's own words is a wrong address, not an unknown token.
 */
export function interpretReply(call: Call, reply: HttpReply, options: InterpretOptions): ParsedReply<unknown> {
  const fault = options.source.faultOf(reply) ?? httpFault(reply);
  if (fault?.kind === 'not_found') return { values: new Map() };
  if (fault !== null) throw failure(call, fault, { reply, ...options });
  try {
    return options.endpoint.parse(reply.json, options.inputs);
  } catch (error) {
    const why = error instanceof WireError ? error.message : `the reply could not be read (${error})`;
    throw failure(call, { kind: 'schema', detail: `${why}: ${reply.text}` }, { reply, ...options });
  }
}

function failure(
  call: Call,
  fault: Fault,
  { reply, secrets, nowMs }: InterpretOptions & { readonly reply: HttpReply },
): SourceError {
  const retryAfterMs = parseRetryAfter(reply.headers.get('retry-after'), nowMs);
  return toSourceError(call, {
    kind: fault.kind,
    detail: excerpt(fault.detail, secrets),
    httpStatus: reply.status,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

const kindOfStatus: Readonly<Record<number, SourceErrorKind>> = {
  401: 'auth',
  402: 'quota_exhausted',
  403: 'blocked',
  408: 'server',
  425: 'server',
  429: 'rate_limited',
};

function httpFault(reply: HttpReply): Fault | null {
  const kind = kindOfStatus[reply.status] ?? (reply.status >= 500 ? 'server' : null);
  const what = reply.isHtml ? 'an HTML page came: ' : '';
  if (kind !== null) return { kind, detail: `${what}${reply.text}` };
  if (reply.isHtml) return { kind: 'schema', detail: `${what}${reply.text}` };
  if (reply.status >= 400) return { kind: 'bad_request', detail: reply.text };
  return reply.json === undefined ? { kind: 'schema', detail: `not JSON: ${reply.text}` } : null;
}

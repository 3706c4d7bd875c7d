import type { HttpReply } from '../define-source.ts';
import type { SourceError } from '../source-error.ts';
import { readBody } from './body.ts';
import { abandonment, type Call, type FailureFacts, toSourceError } from './call.ts';
import { excerpt, withoutSecrets } from './excerpt.ts';

export interface HttpOptions {
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  /** Never to be seen in an error. */
  readonly secrets: readonly string[];
}

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Some hosts refuse clients that do not say who they are. */
export const userAgent = 'autotrader/0.1';

/** One GET, timed out as a whole: headers and body. Any HTTP status is a reply; what never became one is a `SourceError`. */
export async function sendHttp(call: Call, request: HttpRequest, options: HttpOptions): Promise<HttpReply> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), options.timeoutMs);
  const signal = AbortSignal.any([call.signal, timeout.signal]);
  try {
    const response = await options.fetch(request.url, {
      method: 'GET',
      headers: { accept: 'application/json', 'user-agent': userAgent, ...request.headers },
      // Following one would carry the key in the headers to a host nobody configured.
      redirect: 'manual',
      signal,
    });
    return await toReply(call, response, options);
  } catch (error) {
    if (call.signal.aborted) throw abandonment(call.signal);
    if (timeout.signal.aborted) {
      throw toSourceError(call, { kind: 'network', detail: `no complete reply within ${options.timeoutMs} ms` });
    }
    throw isFailure(error) ? error : toSourceError(call, networkFailure(error, options.secrets));
  } finally {
    clearTimeout(timer);
  }
}

async function toReply(call: Call, response: Response, options: HttpOptions): Promise<HttpReply> {
  const text = await readBody(response, options.maxBodyBytes);
  const httpStatus = response.status;
  if (text === null) {
    throw toSourceError(call, {
      kind: 'schema',
      httpStatus,
      detail: `reply longer than ${options.maxBodyBytes} bytes`,
    });
  }
  if (httpStatus >= 300 && httpStatus < 400) {
    const location = excerpt(response.headers.get('location') ?? 'nowhere', options.secrets);
    throw toSourceError(call, { kind: 'schema', httpStatus, detail: `redirected to ${location}` });
  }
  if (text.trim() === '' && response.ok) {
    throw toSourceError(call, { kind: 'network', httpStatus, detail: 'empty reply' });
  }
  const isHtml = looksLikeHtml(response.headers.get('content-type') ?? '', text);
  return { status: httpStatus, headers: response.headers, json: isHtml ? undefined : parseJson(text), text, isHtml };
}

/** The declared type first; but a challenge page has been seen under a JSON type too. */
function looksLikeHtml(contentType: string, text: string): boolean {
  return /\bx?html\b/i.test(contentType) || /^\s*<(!doctype|html|head|body)\b/i.test(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The reason fetch gives is "fetch failed"; what happened is in its cause. */
function networkFailure(error: unknown, secrets: readonly string[]): FailureFacts {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  const message = inner instanceof Error ? inner.message : String(inner);
  // Node's own messages name the code already, some libraries' do not.
  const detail = excerpt(message.includes(code) ? message : `${code} ${message}`, secrets);
  const everything = `${error instanceof Error ? error.stack : ''}${message}`;
  const isClean = withoutSecrets(everything, secrets) === everything;
  return { kind: 'network', detail, ...(isClean ? { cause: error } : {}) };
}

function isFailure(error: unknown): error is SourceError {
  return error instanceof Error && error.name === 'SourceError';
}

import type { Endpoint, ParsedReply, SourceDeclaration } from '../define-source.ts';
import type { SourceName } from '../registry.ts';
import type { SourceSettings } from '../settings.ts';
import { SourceError } from '../source-error.ts';
import type { Call } from './call.ts';
import { type HttpRequest, sendHttp } from './http.ts';
import type { Instruments } from './instruments.ts';
import { interpretReply } from './interpret.ts';
import type { SourceRateLimit } from './rate-limit.ts';

export interface AttemptOptions {
  readonly source: SourceDeclaration<SourceName>;
  readonly settings: SourceSettings;
  readonly instruments: Instruments;
  readonly limit: SourceRateLimit;
  readonly now: () => number;
  readonly fetch: typeof fetch;
}

/** Sends one request. @throws SourceError, NotAskedError */
export type Attempt = (endpoint: Endpoint, call: Call, inputs: readonly unknown[]) => Promise<ParsedReply<unknown>>;

/** The innermost steps: rate limit → timeout → HTTP → what the reply means. */
export function createAttempt(options: AttemptOptions): Attempt {
  const { source, settings, instruments, limit, now } = options;
  const secrets = settings.apiKey === undefined ? [] : [settings.apiKey];

  return async (endpoint, call, inputs) => {
    await limit.acquire(call);
    const request = toRequest(endpoint, inputs, options);
    call.tally.attempts += 1;
    try {
      const { parsed } = await instruments.attempt(call, request, async (headers) => {
        const sent = { ...request, headers: { ...headers, ...request.headers } };
        const reply = await sendHttp(call, sent, { ...settings, fetch: options.fetch, secrets });
        return { parsed: interpretReply(call, reply, { source, endpoint, inputs, secrets, nowMs: now() }), reply };
      });
      return parsed;
    } catch (error) {
      if (error instanceof SourceError && error.kind === 'rate_limited') {
        limit.coolDown(Math.max(settings.coolDownMs, error.facts.retryAfterMs ?? 0));
      }
      throw error;
    }
  };
}

function toRequest(endpoint: Endpoint, inputs: readonly unknown[], { source, settings }: AttemptOptions): HttpRequest {
  const { path, query } = endpoint.request(inputs);
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
  const headers = settings.apiKey === undefined ? {} : source.authHeaders(settings.apiKey, settings.baseUrl);
  return { url: `${settings.baseUrl}${path}${search}`, headers };
}

import type { z } from 'zod';
import { type Health, healthSchema } from './health.ts';
import { type Problem, problemSchema } from './problem.ts';
import {
  type ScanAccepted,
  type ScanList,
  type ScanRecordView,
  type ScanRequest,
  scanAcceptedSchema,
  scanListSchema,
  scanRecordViewSchema,
} from './scan.ts';
import { type TokenDetail, type TokenList, tokenDetailSchema, tokenListSchema } from './token.ts';

export interface ClientOptions {
  /** Where the API listens, for example `http://127.0.0.1:8000`. */
  readonly baseUrl: string;
  /** The function that does the requests; give the runtime's own `fetch`. */
  readonly fetch: typeof fetch;
  /** Sent as a bearer token. */
  readonly token?: string;
  /** @default 10000 */
  readonly timeoutMs?: number;
}

/** What the API refused, or an answer that is not of this API (`code` `API_UNEXPECTED_REPLY`). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly problem: Problem | null;

  constructor(
    facts: { code: string; status: number; message: string; problem: Problem | null },
    options?: { cause?: unknown },
  ) {
    super(facts.message, options);
    this.code = facts.code;
    this.status = facts.status;
    this.problem = facts.problem;
  }
}

/** The REST API as functions. Every reply is checked against its schema, so a wrong one is an `ApiError` and never a wrong value. */
export interface ApiClient {
  tokens(): Promise<TokenList>;
  token(symbol: string): Promise<TokenDetail>;
  requestScans(request?: ScanRequest): Promise<ScanAccepted>;
  scans(query?: { status?: string; limit?: number }): Promise<ScanList>;
  scan(id: string): Promise<ScanRecordView>;
  /** Answers with the report also when a part is down (HTTP 503). */
  health(): Promise<Health>;
}

interface Call<S extends z.ZodType> {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly reply: S;
  readonly accept?: readonly number[];
}

/**
 * @throws ApiError from every function, with the API's own `code`; a network failure is the rejection of `fetch`.
 */
export function createClient(options: ClientOptions): ApiClient {
  const call = <S extends z.ZodType>(request: Call<S>) => send(options, request);
  return {
    tokens: () => call({ path: '/api/tokens', reply: tokenListSchema }),
    token: (symbol) => call({ path: `/api/tokens/${encodeURIComponent(symbol)}`, reply: tokenDetailSchema }),
    requestScans: (body = {}) => call({ method: 'POST', path: '/api/scans', body, reply: scanAcceptedSchema }),
    scans: (query = {}) => call({ path: `/api/scans${queryString(query)}`, reply: scanListSchema }),
    scan: (id) => call({ path: `/api/scans/${encodeURIComponent(id)}`, reply: scanRecordViewSchema }),
    health: () => call({ path: '/health', reply: healthSchema, accept: [503] }),
  };
}

function queryString(query: { status?: string; limit?: number }): string {
  const params = new URLSearchParams();
  if (query.status !== undefined) params.set('status', query.status);
  if (query.limit !== undefined) params.set('limit', String(query.limit));
  return params.size === 0 ? '' : `?${params}`;
}

async function send<S extends z.ZodType>(options: ClientOptions, call: Call<S>): Promise<z.infer<S>> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  const response = await options.fetch(new URL(call.path, options.baseUrl), {
    method: call.method ?? 'GET',
    headers,
    signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  const body = await response.json().catch(() => null);
  if (!response.ok && !(call.accept ?? []).includes(response.status)) throw refusal(response.status, body, call.path);
  const parsed = call.reply.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ApiError(
    {
      code: 'API_UNEXPECTED_REPLY',
      status: response.status,
      message: `${call.path} answered something that is not of this API: ${parsed.error.issues[0]?.message ?? 'no JSON'}`,
      problem: null,
    },
    { cause: parsed.error },
  );
}

function refusal(status: number, body: unknown, path: string): ApiError {
  const problem = problemSchema.safeParse(body);
  if (problem.success) {
    return new ApiError({ code: problem.data.code, status, message: problem.data.detail, problem: problem.data });
  }
  return new ApiError({
    code: 'API_UNEXPECTED_REPLY',
    status,
    message: `${path} answered HTTP ${status} without problem details`,
    problem: null,
  });
}

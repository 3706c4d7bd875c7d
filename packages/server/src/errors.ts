/** What the command line ends with: 1 the work failed, 2 wrong usage or configuration. */
export type ExitCode = 1 | 2;

interface ProcessRow<F> {
  readonly exitCode: ExitCode;
  readonly message: (facts: F) => string;
  readonly remedy: (facts: F) => string;
}

interface RequestRow<F> {
  readonly status: number;
  readonly message: (facts: F) => string;
}

/** Errors that end a process before or while it starts. Codes are never reused. */
export const processErrors = {
  SRV_WATCHLIST_MISSING: row<{ file: string }>({
    exitCode: 2,
    message: (f) => `there is no watchlist file ${f.file}`,
    remedy: () => 'Name one with --watchlist FILE, or with `watchlist` in configs/autotrader.yaml.',
  }),
  SRV_WATCHLIST_EMPTY: row<{ from: string }>({
    exitCode: 2,
    message: (f) => `${f.from} names no token`,
    remedy: () => 'Add at least one token, or use another watchlist or market.',
  }),
  SRV_SYMBOL_UNKNOWN: row<{ symbols: readonly string[]; nearest: readonly string[]; known: readonly string[] }>({
    exitCode: 2,
    message: (f) =>
      `${f.symbols.map((symbol) => JSON.stringify(symbol)).join(', ')} ${f.symbols.length === 1 ? 'is' : 'are'} not in the watchlist` +
      (f.nearest.length === 0 ? '' : `; the nearest ${f.nearest.length === 1 ? 'is' : 'are'} ${f.nearest.join(', ')}`),
    remedy: (f) => `Known symbols: ${listed(f.known, 20)}. Without a symbol, all of them are scanned.`,
  }),
  SRV_RECORDINGS_MISSING: row<{ folder: string | null }>({
    exitCode: 2,
    message: (f) =>
      f.folder === null
        ? 'the replay market needs a folder of recordings and none is set'
        : `the folder of recordings ${f.folder} does not exist or is not a folder`,
    remedy: () => 'Name a folder with --recordings DIR.',
  }),
  SRV_BIND_WITHOUT_TOKEN: row<{ host: string }>({
    exitCode: 2,
    message: (f) => `refusing to serve the API on ${f.host}, where other machines reach it, without a token`,
    remedy: () => 'Set AUTOTRADER_API_TOKEN to a secret of at least 16 characters, or leave the host at 127.0.0.1.',
  }),
  SRV_PORT_IN_USE: row<ListenFacts>({
    exitCode: 1,
    message: (f) => `port ${f.port} on ${f.address} is in use, so the ${f.listener} cannot listen`,
    remedy: (f) => `Stop the other program, or choose another port with ${f.flag} or ${f.env} (0 takes any free port).`,
  }),
  SRV_LISTEN_FAILED: row<ListenFacts & { cause: string }>({
    exitCode: 1,
    message: (f) => `the ${f.listener} cannot listen on ${f.address}:${f.port}: ${f.cause}`,
    remedy: (f) => `Choose another address or port with ${f.flag} or ${f.env}.`,
  }),
  SRV_SIMULATOR_UNREACHABLE: row<{ url: string; cause: string }>({
    exitCode: 1,
    message: (f) => `the simulator at ${f.url} does not answer: ${f.cause}`,
    remedy: () => 'Start it with `autotrader simulator`, or remove `simulator.url` to have one in this process.',
  }),
} as const;

/** Errors that answer a request, as RFC 9457 problem details. Codes are never reused. */
export const requestErrors = {
  SRV_BAD_REQUEST: answer<{ what: string }>({ status: 400, message: (f) => f.what }),
  SRV_UNAUTHORIZED: answer<Record<never, never>>({
    status: 401,
    message: () =>
      'This API asks for a bearer token: send "authorization: Bearer …" with the value of AUTOTRADER_API_TOKEN.',
  }),
  SRV_HOST_REFUSED: answer<Record<never, never>>({
    status: 403,
    message: () => 'The host header does not name this server; it answers to localhost, 127.0.0.1 and [::1] only.',
  }),
  SRV_ORIGIN_REFUSED: answer<Record<never, never>>({
    status: 403,
    message: () => 'A page of another origin may not ask this API to do something.',
  }),
  SRV_ROUTE_UNKNOWN: answer<{ method: string }>({
    status: 404,
    message: (f) => `There is nothing at this address for ${f.method}. The reference is at /api/docs.`,
  }),
  SRV_TOKEN_UNKNOWN: answer<{ symbol: string; nearest: readonly string[] }>({
    status: 404,
    message: (f) =>
      `${JSON.stringify(f.symbol)} is not in the watchlist${f.nearest.length === 0 ? '' : `; did you mean ${f.nearest.join(' or ')}`}. GET /api/tokens lists it.`,
  }),
  SRV_SCAN_UNKNOWN: answer<Record<never, never>>({
    status: 404,
    message: () => 'There is no scan of this id. GET /api/scans lists the newest.',
  }),
  SRV_METHOD_REFUSED: answer<{ method: string; allowed: readonly string[] }>({
    status: 405,
    message: (f) => `${f.method} is not possible here; ${f.allowed.join(', ')} is.`,
  }),
  SRV_BODY_TOO_LARGE: answer<{ limitBytes: number }>({
    status: 413,
    message: (f) => `The body is larger than ${f.limitBytes} bytes.`,
  }),
  SRV_MEDIA_TYPE_REFUSED: answer<Record<never, never>>({
    status: 415,
    message: () => 'The body must be JSON with "content-type: application/json".',
  }),
  SRV_REQUEST_TOO_SLOW: answer<Record<never, never>>({
    status: 408,
    message: () => 'The request did not arrive in time.',
  }),
  SRV_HEADERS_TOO_LARGE: answer<Record<never, never>>({
    status: 431,
    message: () => 'The headers are larger than this server reads.',
  }),
  SRV_INTERNAL: answer<Record<never, never>>({
    status: 500,
    message: () => 'The server failed on this request. Its log has the cause under the same trace id.',
  }),
  SRV_STORE_DOWN: answer<Record<never, never>>({
    status: 503,
    message: () => 'The store does not answer at the moment. Try again in a few seconds.',
  }),
} as const;

export interface ListenFacts {
  readonly listener: string;
  readonly address: string;
  readonly port: number;
  /** What changes the port on the command line, and in the environment. */
  readonly flag: string;
  readonly env: string;
}

export type ProcessErrorCode = keyof typeof processErrors;
export type RequestErrorCode = keyof typeof requestErrors;

type ProcessFacts<C extends ProcessErrorCode> = (typeof processErrors)[C] extends ProcessRow<infer F> ? F : never;
type RequestFacts<C extends RequestErrorCode> = (typeof requestErrors)[C] extends RequestRow<infer F> ? F : never;

/** A start that cannot succeed. `exitCode` is what the command line ends with, `remedy` one sentence for the person at it. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ProcessErrorCode;
  readonly exitCode: ExitCode;
  readonly remedy: string;

  constructor(
    facts: { code: ProcessErrorCode; exitCode: ExitCode; message: string; remedy: string },
    options?: ErrorOptions,
  ) {
    super(facts.message, options);
    this.code = facts.code;
    this.exitCode = facts.exitCode;
    this.remedy = facts.remedy;
  }
}

/** A request that gets problem details instead of what it asked for. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;
  readonly status: number;
  readonly nearest: readonly string[];

  constructor(facts: { code: RequestErrorCode; status: number; message: string; nearest: readonly string[] }) {
    super(facts.message);
    this.code = facts.code;
    this.status = facts.status;
    this.nearest = facts.nearest;
  }
}

export function serverError<C extends ProcessErrorCode>(code: C, facts: ProcessFacts<C>, cause?: unknown): ServerError {
  const found = processErrors[code] as unknown as ProcessRow<ProcessFacts<C>>;
  return new ServerError(
    { code, exitCode: found.exitCode, message: found.message(facts), remedy: found.remedy(facts) },
    cause === undefined ? undefined : { cause },
  );
}

export function requestError<C extends RequestErrorCode>(code: C, facts: RequestFacts<C>): RequestError {
  const found = requestErrors[code] as unknown as RequestRow<RequestFacts<C>>;
  const { nearest = [] } = facts as { readonly nearest?: readonly string[] };
  return new RequestError({ code, status: found.status, message: found.message(facts), nearest });
}

/** The words of whatever was thrown, for a message that wraps it. */
export function causeText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function row<F>(facts: ProcessRow<F>): ProcessRow<F> {
  return facts;
}

function answer<F>(facts: RequestRow<F>): RequestRow<F> {
  return facts;
}

function listed(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).join(', ');
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}

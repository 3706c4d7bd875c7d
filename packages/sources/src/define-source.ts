import type { Quantity } from './reading.ts';
import type { CheckName, QuantityName, SourceText } from './report.ts';
import type { SourceErrorKind } from './source-error.ts';
import type { Token } from './token.ts';

/** How often a source may be asked. `burst` calls may go out at once, then one per `60 / requestsPerMinute` seconds on average. */
export interface RateLimit {
  readonly requestsPerMinute: number;
  /** 1 spaces the calls evenly. */
  readonly burst: number;
}

export interface SourceLimits {
  readonly keyless: RateLimit;
  /** With an API key; absent where a key changes nothing. */
  readonly withKey?: RateLimit;
  /** How long nothing is asked after the source said "too many requests"; a longer Retry-After wins. */
  readonly coolDownMs: number;
}

/** A reply as it came, its body decoded and, where it was JSON, parsed. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; `undefined` when the body was not JSON. */
  readonly json: unknown;
  readonly text: string;
  readonly isHtml: boolean;
}

/** What a source's own error body means. */
export interface Fault {
  readonly kind: SourceErrorKind;
  readonly detail: string;
}

/** What one endpoint said of one token, before it is known how fresh that is. `null` means that the source left it out. */
export interface Facts {
  readonly quantities?: Partial<Record<QuantityName, Quantity | null>>;
  readonly checks?: Partial<Record<CheckName, CheckFact | null>>;
  readonly texts?: readonly SourceText[];
  /** Whether it is a chain's own coin. */
  readonly isNative?: boolean | null;
  /** The source's own time stamp of the values, epoch milliseconds. */
  readonly observedAtMs?: number | null;
  /** Why values are left out, when the source says so itself. */
  readonly absence?: 'not_reported' | 'partial';
}

export interface CheckFact {
  readonly state: 'pass' | 'fail';
  readonly evidence: string;
}

export interface ParsedReply<Value> {
  /** By the endpoint's key. A key that is absent here has no record at the source. */
  readonly values: ReadonlyMap<string, Value>;
  /** Keys whose absence proves nothing, because the reply was cut at the source's own limit: they are asked alone. */
  readonly unsure?: readonly string[];
  /** The source is still collecting: the answer is kept for `partialTtlMs` only. */
  readonly partial?: boolean;
}

export interface EndpointRequest {
  /** Below the base URL, with a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** One thing a source can be asked. Inert: nothing here does I/O or keeps state. */
export interface Endpoint<Input = unknown, Value = unknown> {
  /** Value of the label `endpoint`: snake_case, few and fixed. */
  readonly name: string;
  /** How long an answer is taken as fresh. */
  readonly ttlMs: number;
  /** How long after that it still stands in when the source cannot be asked. */
  readonly staleForMs: number;
  /** How long "no such token" is believed. */
  readonly notFoundTtlMs: number;
  /** Several keys in one request. */
  readonly batch?: {
    readonly maxKeys: number;
    /** How long the first key waits for company. */
    readonly windowMs: number;
    /**
     * A request costs the same however many keys it has, so free places go to keys asked for lately whose answers are
     * no longer fresh. Only for sources that answer all keys in full, and with one group.
     */
    readonly topUp?: boolean;
    /** Keys of different groups never share a request. */
    groupOf(input: Input): string;
  };
  /** What this endpoint tells: each of these is in the report, missing or not. */
  readonly tells: {
    readonly quantities: readonly QuantityName[];
    readonly checks: readonly CheckName[];
    readonly texts: boolean;
    readonly isNative?: boolean;
  };
  /** Same token, same key. */
  keyOf(input: Input): string;
  /** `inputs` are of one group and have different keys. */
  request(inputs: readonly Input[]): EndpointRequest;
  /** @throws WireError when the reply is not what the documentation promises */
  parse(body: unknown, inputs: readonly Input[]): ParsedReply<Value>;
  /** `nowMs` is when the answer is used, so that an expired lock counts as expired however old the answer is. */
  read(value: Value, context: { readonly nowMs: number; readonly answeredAtMs: number }): Facts;
}

/** What an endpoint answered, or why not, as a source's `collect` sees it. */
export type Told<Value = unknown> =
  | { readonly endpoint: Endpoint; readonly answered: true; readonly value: Value; readonly ageMs: number }
  | { readonly endpoint: Endpoint; readonly answered: false };

export interface Courtesy {
  /** The report can do without: leaves calls to more important endpoints and does not wait long for its turn. */
  readonly spare?: boolean;
}

/** Asks one endpoint within the collect's deadline. Never rejects. */
export interface Ask {
  <Input, Value>(endpoint: Endpoint<Input, Value>, input: Input, courtesy?: Courtesy): Promise<Told<Value>>;
  /** Puts on record that the endpoint has nothing to say about this kind of token. */
  notApplicable(endpoint: Endpoint, detail: string): void;
}

export interface SourceDeclaration<Name extends string = string> {
  /** Value of the label `source`, name of the settings section and of the folder. */
  readonly name: Name;
  readonly title: string;
  readonly baseUrl: string;
  readonly docsUrl: string;
  readonly limits: SourceLimits;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** Most important first. */
  readonly endpoints: readonly Endpoint[];
  /** Headers that carry the key. Never a query parameter: URLs end up in logs. */
  authHeaders(apiKey: string, baseUrl: string): Readonly<Record<string, string>>;
  /** The envelope check: an error the source reports in its own words, whatever the HTTP status. `null` when it reports none. */
  faultOf(reply: HttpReply): Fault | null;
  /** Asks what is needed to know the token. Where two endpoints tell the same, the one declared first wins if it knows. */
  collect(token: Token, ask: Ask): Promise<void>;
}

/** Declares a source. Nothing happens until `createSources` makes it live. */
export function defineSource<const Name extends string>(declaration: SourceDeclaration<Name>): SourceDeclaration<Name> {
  return declaration;
}

/** Declares an endpoint; only there to infer its types. */
export function defineEndpoint<Input, Value>(endpoint: Endpoint<Input, Value>): Endpoint<Input, Value> {
  return endpoint;
}

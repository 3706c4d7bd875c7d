import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';

/** What was registered with the OpenTelemetry API in this process, by whichever copy of it. */
export interface RegisteredApi {
  /** Of the copy that registered first; only copies of exactly this version can add to it. */
  readonly version: string;
  readonly trace?: TracerProvider;
  readonly context?: ContextManager;
  readonly propagation?: TextMapPropagator;
}

/**
 * Where every 1.x copy of the API keeps what was registered: its internal/global-utils. Read directly, for two reasons.
 * Importing the package costs 22 ms, and nobody needs it where nobody traces. And its own reader refuses what an older
 * copy registered (a 1.10 caller sees nothing of a 1.9 global), so that ids would be missing from log lines.
 */
const globalKey = Symbol.for('opentelemetry.js.api.1');

/** The keys under which all copies keep the span and the baggage in a context; shared by way of `Symbol.for`. */
export const spanKey: symbol = Symbol.for('OpenTelemetry Context Key SPAN');
export const baggageKey: symbol = Symbol.for('OpenTelemetry Baggage Key');
/** Set where nothing is to be traced: by exporters, around their own requests. */
export const suppressionKey: symbol = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

let registered: RegisteredApi | undefined;

/** Undefined while nobody has registered anything, which the application may do at any time. */
export function registeredApi(): RegisteredApi | undefined {
  // Kept once found, because the API fills this object and never replaces it.
  registered ??= (globalThis as { [globalKey]?: RegisteredApi })[globalKey];
  return registered;
}

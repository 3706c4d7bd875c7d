import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { withRemoteParent } from './remote-parent.ts';
import { toTraceHeaders } from './sent-headers.ts';

/** Makes instrumentation that other packages bring propagate as this library does, limits and secrets included. */
export function createPropagator(): TextMapPropagator {
  return {
    inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
      for (const [name, value] of Object.entries(toTraceHeaders(context))) setter.set(carrier, name, String(value));
    },
    extract: (context: Context, carrier: unknown, getter: TextMapGetter): Context =>
      withRemoteParent(context, { get: (name: string) => getter.get(carrier, name) }),
    fields: () => ['traceparent', 'tracestate', 'baggage'],
  };
}

import { ProxyTracerProvider, trace } from '@opentelemetry/api';

/** Whether the host application has registered a tracer provider of its own with the OpenTelemetry API. */
export function hasHostProvider(): boolean {
  const provider: object = trace.getTracerProvider();
  const registered = delegateOf(provider) ?? provider;
  const nothing = new ProxyTracerProvider().getDelegate();
  // By name as well: the host may have brought its own copy of the API.
  return registered !== nothing && registered.constructor.name !== nothing.constructor.name;
}

function delegateOf(provider: object): object | undefined {
  const getDelegate: unknown = Reflect.get(provider, 'getDelegate');
  return typeof getDelegate === 'function' ? getDelegate.call(provider) : undefined;
}

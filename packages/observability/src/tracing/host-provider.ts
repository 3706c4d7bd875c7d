import { registeredApi } from './registered-api.ts';

/** Whether the host application has registered a tracer provider of its own with the OpenTelemetry API. */
export function hasHostProvider(): boolean {
  const provider: object | undefined = registeredApi()?.trace;
  if (provider === undefined) return false;
  // By name, because the class belongs to whichever copy of the API was used; somebody may switch tracing off that way.
  return (delegateOf(provider) ?? provider).constructor?.name !== 'NoopTracerProvider';
}

function delegateOf(provider: object): object | undefined {
  const getDelegate: unknown = Reflect.get(provider, 'getDelegate');
  return typeof getDelegate === 'function' ? (getDelegate.call(provider) as object) : undefined;
}

import { context, ProxyTracerProvider, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import {
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
  ATTR_TELEMETRY_SDK_LANGUAGE,
  ATTR_TELEMETRY_SDK_NAME,
  TELEMETRY_SDK_LANGUAGE_VALUE_NODEJS,
} from '@opentelemetry/semantic-conventions';
import type { ServiceIdentity } from '../logs/line-encoder.ts';
import type { FinishedSpan } from './finished-span.ts';
import { cleanSpan } from './span-cleaning.ts';

/** Which traces are recorded from the start. */
export type HeadSampling =
  | { readonly strategy: 'always_on' | 'always_off' }
  /** `probability` keeps 0 to 1 of all traces, by trace id; `parent_based` follows the parent's decision where there is one. */
  | { readonly strategy: 'probability' | 'parent_based'; readonly probability: number };

/** A running SDK. */
export interface TracingSdk {
  readonly provider: TracerProvider;
  /** Called with every sampled span after its secrets were removed; what it throws is swallowed. */
  onEnd: (span: FinishedSpan) => void;
}

/** Starts the OpenTelemetry SDK; importing this module is what loads it. */
export function startSdk(identity: ServiceIdentity, sampling: HeadSampling): TracingSdk {
  const sdk: { provider: TracerProvider; onEnd: (span: FinishedSpan) => void } = {
    provider: trace.getTracerProvider(),
    onEnd: () => undefined,
  };
  sdk.provider = new BasicTracerProvider({
    sampler: toSampler(sampling),
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: identity.serviceName,
      [ATTR_SERVICE_VERSION]: identity.version,
      [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: identity.environment,
      [ATTR_TELEMETRY_SDK_LANGUAGE]: TELEMETRY_SDK_LANGUAGE_VALUE_NODEJS,
      [ATTR_TELEMETRY_SDK_NAME]: 'opentelemetry',
    }),
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd(span) {
          if ((span.spanContext().traceFlags & 1) === 0) return;
          try {
            cleanSpan(span);
            sdk.onEnd(span);
          } catch {
            // The host's call that ended the span must not fail because of us.
          }
        },
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  return sdk;
}

/** Makes the SDK the one every user of the OpenTelemetry API in this process gets. */
export function registerSdk(sdk: TracingSdk): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(sdk.provider);
}

/** Makes room for the next SDK; a provider that somebody else registered stays. */
export function unregisterSdk(sdk: TracingSdk): void {
  const registered = trace.getTracerProvider();
  const provider = registered instanceof ProxyTracerProvider ? registered.getDelegate() : registered;
  if (provider === sdk.provider) trace.disable();
}

function toSampler(sampling: HeadSampling): Sampler {
  switch (sampling.strategy) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'probability':
      return new TraceIdRatioBasedSampler(sampling.probability);
    case 'parent_based':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampling.probability) });
  }
}

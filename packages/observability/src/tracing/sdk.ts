import type { ContextManager, SpanStatusCode, TracerProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Sampler, SpanLimits, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ServiceIdentity } from '../logs/encoding/line-encoder.ts';
import { getLogger } from '../logs/logger.ts';
import { hasStackRoom } from '../logs/stack-room.ts';
import { useApiModule } from './api-module.ts';
import type { FinishedSpan } from './finished-span.ts';
import { hasHostProvider } from './host-provider.ts';
import { createPropagator } from './propagation/propagator.ts';
import { registeredApi } from './registered-api.ts';
import { provideRequestSpans } from './request-span.ts';
import { loadSdkPackages, type SdkPackages } from './sdk-packages.ts';
import { createIds, createRequestSpans } from './sdk-request-spans.ts';
import { environmentKey, serviceNameKey, serviceVersionKey } from './semantic-names.ts';
import { cleanSpan } from './span-cleaning.ts';
import { tracerName, tracingState } from './tracing-state.ts';

/** Which traces are recorded from the start. */
export type HeadSampling =
  | { readonly strategy: 'always_on' | 'always_off' }
  /** `probability` keeps 0 to 1 of all traces, by trace id; `parent_based` follows the parent's decision where there is one. */
  | { readonly strategy: 'probability' | 'parent_based'; readonly probability: number };

/** Who the service is, and what else every span says of it. */
export interface TracedService extends ServiceIdentity {
  readonly resourceAttributes?: Readonly<Record<string, string>>;
  /** What a span may hold. @default the SDK's own, 128 of each and texts of any length */
  readonly limits?: SpanLimits;
}

/** A running SDK. */
export interface TracingSdk {
  readonly provider: TracerProvider;
  /** Called with every sampled span after its secrets were removed; what it throws is swallowed. */
  onEnd: (span: FinishedSpan) => void;
  /** When set, gets each sampled span instead, as it ended, and calls `keep` for those worth keeping, at once or later. */
  select: ((span: FinishedSpan) => void) | undefined;
  /** Changes which traces are recorded from now on. */
  resample(sampling: HeadSampling): void;
  /** Removes the span's secrets and hands it to `onEnd`. */
  readonly keep: (span: FinishedSpan) => void;
  readonly packages: SdkPackages;
}

/**
 * Starts the OpenTelemetry SDK, which is loaded now.
 *
 * @throws when the optional packages are not installed
 */
export function startSdk(service: TracedService, sampling: HeadSampling): TracingSdk {
  const packages = loadSdkPackages();
  useApiModule(packages.api);
  const connected: Connected = {
    onEnd: nobodyListens,
    select: undefined,
    keep(span) {
      try {
        if (span.status.code === errorStatus && !hasStackRoom()) {
          queueMicrotask(() => connected.keep(span));
          return;
        }
        cleanSpan(span);
        connected.onEnd(span);
      } catch {
        // The host's call that ended the span must not fail because of us.
      }
    },
  };
  const sampler = createChangingSampler(sampling, packages);
  const ids = createIds();
  const processor = createProcessor(connected);
  const spanLimits = service.limits ?? {};
  const resource = toResource(service, packages);
  const options = { sampler, idGenerator: ids, spanLimits, resource, spanProcessors: [processor] };
  const provider = new packages.TracerProvider(options);
  const tracer = provider.getTracer(tracerName);
  const isHeard = (): boolean => connected.onEnd !== nobodyListens;
  const requestSpans = createRequestSpans({ tracer, sampler, ids, processor, resource, isHeard }, spanLimits);
  if (requestSpans !== undefined) provideRequestSpans(tracer, requestSpans);
  return Object.assign(connected, { provider, packages, resample: sampler.change });
}

function toResource(service: TracedService, packages: SdkPackages): Resource {
  // The SDK's own says which SDK it is.
  return packages.defaultResource().merge(
    packages.resourceFromAttributes({
      ...service.resourceAttributes,
      [serviceNameKey]: service.serviceName,
      [serviceVersionKey]: service.version,
      [environmentKey]: service.environment,
    }),
  );
}

/**
 * Makes the SDK the one every user of the OpenTelemetry API in this process gets.
 *
 * @returns what the API refused to take, because another version of it holds what is registered; our own operations are
 *   traced all the same
 */
export function registerSdk(sdk: TracingSdk): readonly string[] {
  const contexts = registeredApi()?.context ?? new sdk.packages.AsyncLocalStorageContextManager().enable();
  tracingState.contexts = contexts;
  if (tracingState.yields !== true) return registerGlobally(sdk, contexts);
  tracingState.settle = () => {
    tracingState.settle = undefined;
    if (hasHostProvider()) leaveToHost();
    else registerGlobally(sdk, contexts);
  };
  return [];
}

function leaveToHost(): void {
  Object.assign(tracingState, { mode: 'host', tracer: undefined, contexts: undefined });
  getLogger('observability.tracing').info('tracing_uses_host_provider', {
    reason: 'the application has registered a tracer provider',
  });
}

function registerGlobally({ provider, packages: { api } }: TracingSdk, contexts: ContextManager): readonly string[] {
  // Asked first each time, because the API logs a second registration as an error with a stack.
  const taken = {
    context: registeredApi()?.context !== undefined || api.context.setGlobalContextManager(contexts),
    trace: registeredApi()?.trace !== undefined || api.trace.setGlobalTracerProvider(provider),
    propagation: registeredApi()?.propagation !== undefined || api.propagation.setGlobalPropagator(createPropagator()),
  };
  return Object.entries(taken).flatMap(([name, done]) => (done ? [] : [name]));
}

/** Makes room for the next SDK; a provider that somebody else registered stays. */
export function unregisterSdk({ provider, packages: { api } }: TracingSdk): void {
  const registered = registeredApi()?.trace;
  if (registered === undefined) return;
  const getDelegate: unknown = Reflect.get(registered, 'getDelegate');
  if (typeof getDelegate === 'function' && getDelegate.call(registered) === provider) api.trace.disable();
}

const errorStatus: SpanStatusCode.ERROR = 2;

type Connected = Pick<TracingSdk, 'onEnd' | 'select' | 'keep'>;

function nobodyListens(): void {}

function createProcessor(connected: Connected): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnd(span) {
      // Without exporters spans exist for their ids alone; nobody will see what would be cleaned.
      if ((span.spanContext().traceFlags & 1) === 0 || connected.onEnd === nobodyListens) return;
      if (connected.select === undefined) connected.keep(span);
      else connected.select(span);
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

type ChangingSampler = Sampler & { change(sampling: HeadSampling): void };

function createChangingSampler(sampling: HeadSampling, packages: SdkPackages): ChangingSampler {
  let current = toSampler(sampling, packages);
  const changing: ChangingSampler = {
    shouldSample: current.shouldSample.bind(current),
    toString: () => current.toString(),
    change(next) {
      current = toSampler(next, packages);
      changing.shouldSample = current.shouldSample.bind(current);
    },
  };
  return changing;
}

function toSampler(sampling: HeadSampling, packages: SdkPackages): Sampler {
  switch (sampling.strategy) {
    case 'always_on':
      return new packages.AlwaysOnSampler();
    case 'always_off':
      return new packages.AlwaysOffSampler();
    case 'probability':
      return new packages.TraceIdRatioBasedSampler(sampling.probability);
    case 'parent_based':
      return new packages.ParentBasedSampler({ root: new packages.TraceIdRatioBasedSampler(sampling.probability) });
  }
}

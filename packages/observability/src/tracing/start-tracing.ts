import { writeSpanLine } from '../export/console-spans.ts';
import { getLogger } from '../logs/logger.ts';
import { setSpanRedaction } from './attributes.ts';
import type { FinishedSpan } from './finished-span.ts';
import { hasHostProvider } from './host-provider.ts';
import { registeredApi } from './registered-api.ts';
import type { HeadSampling, TracedService, TracingSdk } from './sdk.ts';
import { tailObserver } from './tail-observer.ts';
import { createTailSampler, type TailSampler, type TailSamplingOptions } from './tail-sampling.ts';
import { type Propagators, tracerName, tracingState } from './tracing-state.ts';

/** Everything tracing needs to know. */
export interface TracingSettings extends TracedService {
  readonly enabled: boolean;
  readonly sampling: HeadSampling | ({ readonly strategy: 'tail' } & TailSamplingOptions);
  /** Write every span as a log line. */
  readonly console: boolean;
  readonly redactFields: readonly string[];
  /** Removed values become pseudonyms made with this key. */
  readonly pseudonymKey?: string | undefined;
  readonly propagators: Propagators;
  readonly propagates: boolean;
  readonly tracesRequests: boolean;
}

/** Running tracing. */
export interface Tracing {
  /** Decides what tail sampling holds and stops; spans that end later are not seen. */
  close(): void;
  /** Decides what tail sampling holds, so that what is kept of it can be sent. */
  drain(): void;
  /** Makes sampling and redaction of other settings hold from now on; absent where no spans are made by us. */
  readonly update?: (settings: TracingSettings) => void;
}

const log = getLogger('observability.tracing');
const nothingToDo: Tracing = { close: () => undefined, drain: () => undefined };

/**
 * Starts the SDK, or leaves the work to a provider the host has registered. Never rejects.
 *
 * @param exportSpan gets every span that is kept, without its secrets; undefined where spans go nowhere
 */
export async function startTracing(
  settings: TracingSettings,
  exportSpan: ((span: FinishedSpan) => void) | undefined,
): Promise<Tracing> {
  if (tracingState.running) {
    log.warning('tracing_already_started', { remedy: 'shut down the tracing that runs before starting another' });
    return nothingToDo;
  }
  tracingState.propagators = settings.propagators;
  tracingState.propagates = settings.propagates;
  tracingState.tracesRequests = settings.tracesRequests;
  setSpanRedaction(settings.redactFields, { pseudonymKey: settings.pseudonymKey });
  if (!settings.enabled || settings.sampling.strategy === 'always_off') {
    tracingState.mode = 'off';
    return nothingToDo;
  }
  if (tracingState.mode !== 'own' && hasHostProvider()) {
    tracingState.mode = 'host';
    log.info('tracing_uses_host_provider', { reason: 'a tracer provider is already registered' });
    return nothingToDo;
  }
  const loaded = await loadSdk(settings);
  if (loaded === undefined) {
    tracingState.mode = 'off';
    return nothingToDo;
  }
  connectExporters(loaded.sdk, settings, exportSpan);
  return toTracing(loaded, settings);
}

interface LoadedSdk {
  readonly sdk: TracingSdk;
  /** Lets a later start register an SDK of its own. */
  readonly unregister: () => void;
}

async function loadSdk(settings: TracingSettings): Promise<LoadedSdk | undefined> {
  const { sampling } = settings;
  try {
    const { registerSdk, startSdk, unregisterSdk } = await import('./sdk.ts');
    const sdk = startSdk(settings, toHeadSampling(sampling));
    const refused = registerSdk(sdk);
    if (refused.length > 0) warnOfRefusal(refused);
    tracingState.tracer = sdk.provider.getTracer(tracerName);
    tracingState.mode = 'own';
    tracingState.running = true;
    return { sdk, unregister: () => unregisterSdk(sdk) };
  } catch (error) {
    log.warning('tracing_unavailable', {
      reason: error instanceof Error ? error.message : String(error),
      remedy:
        'npm install @opentelemetry/sdk-trace @opentelemetry/resources @opentelemetry/context-async-hooks, or set tracing.enabled: false',
    });
    return undefined;
  }
}

function warnOfRefusal(refused: readonly string[]): void {
  log.warning('tracing_not_global', {
    refused,
    reason: `@opentelemetry/api ${registeredApi()?.version} has registered before, and takes nothing from another version`,
    remedy:
      'let the whole application use one version of @opentelemetry/api; spans of this library are made all the same',
  });
}

function connectExporters(
  sdk: TracingSdk,
  settings: TracingSettings,
  exportSpan: ((span: FinishedSpan) => void) | undefined,
): void {
  if (!settings.console && exportSpan === undefined) return;
  sdk.onEnd = (span) => {
    if (settings.console) writeSpanLine(span);
    exportSpan?.(span);
  };
}

function toTracing({ sdk, unregister }: LoadedSdk, settings: TracingSettings): Tracing {
  let tail = connectTailSampler(sdk, settings);
  return {
    close() {
      tail?.drain();
      tracingState.mode = 'off';
      tracingState.running = false;
      unregister();
    },
    drain: () => tail?.drain(),
    update(next) {
      setSpanRedaction(next.redactFields, { pseudonymKey: next.pseudonymKey });
      tail?.drain();
      sdk.resample(toHeadSampling(next.sampling));
      tail = connectTailSampler(sdk, next);
    },
  };
}

/** Tail sampling decides at the end, so everything has to be recorded first. */
function toHeadSampling(sampling: TracingSettings['sampling']): HeadSampling {
  return sampling.strategy === 'tail' ? { strategy: 'always_on' } : sampling;
}

function connectTailSampler(sdk: TracingSdk, { sampling }: TracingSettings): TailSampler | undefined {
  if (sampling.strategy !== 'tail') {
    sdk.select = undefined;
    return undefined;
  }
  const tail = createTailSampler(sampling, { forward: sdk.keep, observer: tailObserver, now: Date.now });
  sdk.select = tail.end;
  return tail;
}

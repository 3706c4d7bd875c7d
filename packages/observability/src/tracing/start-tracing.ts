import { writeSpanLine } from '../export/console-spans.ts';
import type { SendBatch } from '../export/export-outcome.ts';
import { createExportQueue, type ExportQueue } from '../export/export-queue.ts';
import { createOtlpSender } from '../export/otlp-http.ts';
import { getLogger } from '../logs/logger.ts';
import { activeContexts } from './active-ids.ts';
import { apiModule } from './api-module.ts';
import { setSpanRedaction } from './attributes.ts';
import type { FinishedSpan } from './finished-span.ts';
import { hasHostProvider } from './host-provider.ts';
import { registeredApi, suppressionKey } from './registered-api.ts';
import type { HeadSampling, TracedService, TracingSdk } from './sdk.ts';
import { createSpanObserver } from './span-observer.ts';
import { tailObserver } from './tail-observer.ts';
import { createTailSampler, type TailSampler, type TailSamplingOptions } from './tail-sampling.ts';
import { type Propagators, tracerName, tracingState } from './tracing-state.ts';

/** Everything tracing needs to know. */
export interface TracingSettings extends TracedService {
  readonly enabled: boolean;
  readonly sampling: HeadSampling | ({ readonly strategy: 'tail' } & TailSamplingOptions);
  /** Write every span as a log line. */
  readonly console: boolean;
  /** OTLP/HTTP receivers by the name under which failures are counted. */
  readonly otlp: readonly { readonly name: string; readonly url: string; readonly headers: Record<string, string> }[];
  readonly queue: {
    readonly maxQueueSize: number;
    readonly batchSize: number;
    readonly delayMs: number;
    readonly timeoutMs: number;
  };
  readonly redactFields: readonly string[];
  /** Removed values become pseudonyms made with this key. */
  readonly pseudonymKey?: string | undefined;
  readonly propagators: Propagators;
  readonly propagates: boolean;
  readonly tracesRequests: boolean;
}

/** Running tracing. */
export interface Tracing {
  /** Spans sent and lost by closing; never takes longer than the budget. */
  close(budgetMs: number): Promise<{ readonly sent: number; readonly lost: number }>;
  /** Decides what tail sampling holds and sends what waits, within the budget. */
  flush(budgetMs: number): Promise<void>;
  /** Spans that wait to be decided or sent. */
  waiting(): number;
  /** Makes sampling and redaction of other settings hold from now on; absent where no spans are made by us. */
  readonly update?: (settings: TracingSettings) => void;
}

const log = getLogger('observability.tracing');
const nothingToDo: Tracing = {
  close: () => Promise.resolve({ sent: 0, lost: 0 }),
  flush: () => Promise.resolve(),
  waiting: () => 0,
};

/** Starts the SDK, or leaves the work to a provider the host has registered. Never rejects. */
export async function startTracing(settings: TracingSettings): Promise<Tracing> {
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
  return connectExporters(loaded, settings);
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

function connectExporters({ sdk, unregister }: LoadedSdk, settings: TracingSettings): Tracing {
  const queues: ExportQueue<FinishedSpan>[] = settings.otlp.map(({ name, url, headers }) =>
    createExportQueue({
      ...settings.queue,
      send: outsideTracing(createOtlpSender({ url, headers, fetch: (input, init) => fetch(input, init) })),
      observer: createSpanObserver(name, url),
      random: Math.random,
    }),
  );
  if (settings.console || queues.length > 0) {
    sdk.onEnd = (span) => {
      if (settings.console) writeSpanLine(span);
      for (const queue of queues) queue.push(span);
    };
  }
  let tail = connectTailSampler(sdk, settings);
  return {
    async close(budgetMs) {
      tail?.drain();
      const results = await Promise.all(queues.map((queue) => queue.close(budgetMs)));
      tracingState.mode = 'off';
      tracingState.running = false;
      unregister();
      return {
        sent: results.reduce((sum, { sent }) => sum + sent, 0),
        lost: results.reduce((sum, { lost }) => sum + lost, 0),
      };
    },
    async flush(budgetMs) {
      tail?.drain();
      await Promise.all(queues.map((queue) => queue.flush(budgetMs)));
    },
    waiting: () => queues.reduce((sum, queue) => sum + queue.waiting(), tail?.held() ?? 0),
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

/** Instrumentation that others bring must not make spans of sending spans, which would have to be sent again. */
function outsideTracing(send: SendBatch<FinishedSpan>): SendBatch<FinishedSpan> {
  const context = apiModule().ROOT_CONTEXT.setValue(suppressionKey, true);
  return (batch, signal) => {
    const contexts = activeContexts();
    return contexts === undefined ? send(batch, signal) : contexts.with(context, send, undefined, batch, signal);
  };
}

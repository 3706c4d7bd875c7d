import { defaultRegistry, initObservability } from '@autotrader/observability';
import { observeFastify } from '@autotrader/observability/fastify';
import { FastifyOtelInstrumentation } from '@fastify/otel';
import { type Context, context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { pino } from 'pino';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How the service is set up. */
export const setups = ['bare', 'ours', 'peers'] as const;
export type Setup = (typeof setups)[number];

/** A service before it listens. */
export interface Service {
  readonly app: FastifyInstance;
  /** In Prometheus text. */
  metrics(): Promise<string>;
}

/** @param collector base address of an OTLP receiver; without one nobody exports spans */
export async function createService(setup: Setup, collector: string | undefined): Promise<Service> {
  const service = await creators[setup](collector);
  service.app.get('/items/:id', (request) => ({
    id: (request.params as { id: string }).id,
    name: 'a thing of some length',
    price: 12.5,
    tags: ['one', 'two', 'three'],
  }));
  return service;
}

const creators: Readonly<Record<Setup, (collector: string | undefined) => Promise<Service>>> = {
  bare: async () => ({ app: Fastify(), metrics: async () => '' }),
  ours: createOurs,
  peers: createPeers,
};

async function createOurs(collector: string | undefined): Promise<Service> {
  await initObservability({
    env: {},
    overrides: {
      service_name: 'bench',
      logging: { format: 'json' },
      tracing: {
        sampling: { strategy: 'always_on' },
        exporters: {
          // As little as the peers do: their exporter compresses nothing by default.
          otlp: collector === undefined ? {} : { enabled: true, endpoint: collector, compression: 'none' },
        },
      },
    },
  });
  const app = Fastify();
  observeFastify(app);
  return { app, metrics: () => defaultRegistry().render() };
}

/** The usual three, each as its own documentation has it, with one line and one span for a request as ours. */
async function createPeers(collector: string | undefined): Promise<Service> {
  startSdk(collector === undefined ? undefined : await createExporter(collector));
  const instrumentation = new FastifyOtelInstrumentation({ instrumentHandler: false, instrumentHooks: false });
  const logger = pino({
    mixin() {
      const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? {};
      return { trace_id: traceId, span_id: spanId };
    },
    redact: ['password', 'token', '*.password', '*.token', 'headers.authorization'],
  });
  const logController = new LogController({ disableRequestLogging: true });
  const app = Fastify({ loggerInstance: logger as FastifyBaseLogger, logController });
  await app.register(instrumentation.plugin());
  const registry = measure(app);
  return { app, metrics: () => registry.metrics() };
}

function startSdk(exporter: SpanExporter | undefined): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const spanProcessors = exporter === undefined ? [] : [new BatchSpanProcessor(exporter)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
}

async function createExporter(collector: string): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({ url: `${collector}/v1/traces` });
}

interface Timed {
  readonly endpoint: string;
  readonly startedMs: number;
  readonly inside: Context;
}

function measure(app: Pick<FastifyInstance, 'addHook'>): Registry {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ['method', 'endpoint'] as const;
  const requests = new Counter({
    name: 'api_requests_total',
    help: 'Requests.',
    labelNames: [...labelNames, 'status_code'] as const,
    registers,
  });
  const buckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
  const durations = new Histogram({
    name: 'api_request_duration_seconds',
    help: 'Durations.',
    labelNames,
    buckets,
    registers,
  });
  const active = new Gauge({ name: 'active_api_requests', help: 'Active.', labelNames, registers });
  const timed = new WeakMap<object, Timed>();
  app.addHook('onRequest', (request, _reply, done) => {
    const endpoint = request.routeOptions.url ?? '__unmatched__';
    timed.set(request, { endpoint, startedMs: performance.now(), inside: context.active() });
    active.inc({ method: request.method, endpoint });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { endpoint, startedMs, inside } = timed.get(request) ?? unknown;
    const labels = { method: request.method, endpoint };
    const durationMs = performance.now() - startedMs;
    active.dec(labels);
    requests.inc({ ...labels, status_code: reply.statusCode });
    durations.observe(labels, durationMs / 1_000);
    const fields = { ...labels, path: request.url, status_code: reply.statusCode, duration_ms: durationMs };
    context.with(inside, () => request.log.info(fields, 'api_request_completed'));
    done();
  });
  return registry;
}

const unknown: Timed = { endpoint: '__unmatched__', startedMs: 0, inside: context.active() };

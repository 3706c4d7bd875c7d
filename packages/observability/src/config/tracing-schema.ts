import { z } from 'zod';
import { otlpTraces } from './exporter-schema.ts';
import { address, fraction, seconds } from './schema-parts.ts';

const sampling = z
  .strictObject({
    strategy: z
      .enum(['always_on', 'always_off', 'probability', 'parent_based', 'tail'])
      .default('always_on')
      .describe(
        'probability keeps a share of all traces; parent_based follows the caller and decides like probability where there is none; tail decides when a trace is over: failed and slow ones are kept, and a share of the others.',
      ),
    probability: fraction
      .default(1)
      .describe('Share of traces kept by probability and parent_based, and of unremarkable ones by tail.'),
    slow_seconds: seconds
      .default(5)
      .describe('tail keeps every trace at least this slow, and every one with an error.'),
    decision_seconds: seconds.default(30).describe('tail decides a trace that is still open after this long.'),
    max_open_traces: z
      .int()
      .positive()
      .default(1_000)
      .describe('Most traces that tail holds; beyond them the oldest is decided early.'),
    max_held_bytes: z
      .int()
      .min(65_536)
      .default(33_554_432)
      .describe('Most bytes that tail holds; beyond them the oldest trace is decided early.'),
  })
  .prefault({})
  .describe('Which traces are kept. May change while running.');

const count = z.int().min(0);

const limits = z
  .strictObject({
    attributes: count.default(128).describe('Most attributes of a span; later ones are left out.'),
    attribute_value_length: count.optional().describe('Characters kept of a text; all of them where it is not set.'),
    events: count.default(128).describe('Most events of a span; the oldest are left out.'),
    links: count.default(128).describe('Most links of a span.'),
    event_attributes: count.default(128).describe('Most attributes of an event.'),
    link_attributes: count.default(128).describe('Most attributes of a link.'),
  })
  .prefault({})
  .describe('What a span may hold; the rest is left out and counted by the SDK.');

const exporters = z
  .strictObject({
    console: z
      .strictObject({ enabled: z.boolean().default(false).describe('One log line per span.') })
      .prefault({})
      .describe('Spans as log lines.'),
    otlp: otlpTraces,
    jaeger: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Send spans to Jaeger.'),
        endpoint: address.default('http://127.0.0.1:4318').describe("Jaeger's own OTLP/HTTP port."),
      })
      .prefault({})
      .describe('Jaeger, which receives OTLP itself.'),
  })
  .prefault({})
  .describe('Where spans go; without any they stay in the process.');

/** The `tracing:` section. */
export const tracingSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false: no spans, and no SDK is loaded.'),
    sampling,
    limits,
    propagators: z
      .array(z.enum(['tracecontext', 'baggage']))
      .default(['tracecontext', 'baggage'])
      .describe('What is read from and sent to other services: W3C trace context, W3C baggage.'),
    exporters,
    instrumentation: z
      .strictObject({
        http_server: z.boolean().default(true).describe('Spans for requests served.'),
        http_client: z.boolean().default(true).describe('Send traceparent along with requests made.'),
        http: z.boolean().default(true).describe('Retrofit servers of node:http.'),
        undici: z.boolean().default(true).describe('Retrofit fetch and undici.'),
        fastify: z.boolean().default(true).describe('Retrofit Fastify.'),
        express: z.boolean().default(true).describe('Retrofit Express.'),
      })
      .prefault({})
      .describe(
        'What is observed by itself; the names of libraries hold for node --import @autotrader/observability/register.',
      ),
  })
  .prefault({})
  .describe('Traces.');

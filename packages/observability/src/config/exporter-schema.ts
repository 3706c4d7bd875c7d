import { z } from 'zod';
import { address, headers } from './schema-parts.ts';

const file = z.string().min(1);

/** How a receiver proves who it is, and we to it. */
export const tls = z
  .strictObject({
    ca_file: file.optional().describe('PEM file of the authority that signed the receiver; besides those Node knows.'),
    cert_file: file.optional().describe('PEM file of our own certificate, where the receiver asks for one.'),
    key_file: file.optional().describe('PEM file of the key to our certificate.'),
  })
  .refine((files) => (files.cert_file === undefined) === (files.key_file === undefined), {
    error: 'cert_file and key_file together',
  })
  .prefault({})
  .describe('TLS beyond what Node trusts by itself. A certificate that does not verify is never accepted.');

const otlpParts = {
  endpoint: address
    .optional()
    .describe(
      'Base address of the receiver; /v1/traces, /v1/metrics or /v1/logs is added, except with grpc. Without it http://127.0.0.1:4318, with grpc http://127.0.0.1:4317.',
    ),
  headers: headers.default({}).describe('Sent along, e.g. authorization: Bearer ${OTLP_TOKEN}.'),
  protocol: z
    .enum(['http/protobuf', 'http/json', 'grpc'])
    .default('http/protobuf')
    .describe('How OTLP is spoken; grpc needs the package @grpc/grpc-js.'),
  compression: z.enum(['gzip', 'none']).default('gzip').describe('What is done to requests before they are sent.'),
  tls,
};

type Protocol = z.output<typeof otlpParts.protocol>;

/** The port that receivers listen on depends on how they are spoken to. */
function withEndpoint<T extends { readonly protocol: Protocol; readonly endpoint?: string | undefined }>(
  settings: T,
): T & { readonly endpoint: string } {
  const port = settings.protocol === 'grpc' ? 4317 : 4318;
  return { ...settings, endpoint: settings.endpoint ?? `http://127.0.0.1:${port}` };
}

/** Spans, by OTLP. */
export const otlpTraces = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Send spans by OTLP. Also turned on by OTEL_EXPORTER_OTLP_ENDPOINT, unless OTEL_TRACES_EXPORTER says otherwise.',
      ),
    ...otlpParts,
    traces_endpoint: address.optional().describe('The whole address for traces, where it is not <endpoint>/v1/traces.'),
  })
  .transform(withEndpoint)
  .prefault({})
  .describe('Any receiver of OTLP.');

/** Log lines, by OTLP. */
export const otlpLogs = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Send lines by OTLP. Also turned on by OTEL_EXPORTER_OTLP_ENDPOINT, unless OTEL_LOGS_EXPORTER says otherwise.',
      ),
    ...otlpParts,
    logs_endpoint: address.optional().describe('The whole address for logs, where it is not <endpoint>/v1/logs.'),
  })
  .transform(withEndpoint)
  .prefault({})
  .describe('Any receiver of OTLP.');

/** Metrics, by OTLP. */
export const otlpMetrics = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Send metrics by OTLP. Also turned on by OTEL_EXPORTER_OTLP_ENDPOINT, unless OTEL_METRICS_EXPORTER says otherwise.',
      ),
    ...otlpParts,
    metrics_endpoint: address
      .optional()
      .describe('The whole address for metrics, where it is not <endpoint>/v1/metrics.'),
    temporality: z
      .enum(['cumulative', 'delta', 'lowmemory'])
      .default('cumulative')
      .describe(
        'cumulative since the start, delta since the last export; lowmemory is delta where that needs no memory.',
      ),
  })
  .transform(withEndpoint)
  .prefault({})
  .describe('Any receiver of OTLP.');

import { z } from 'zod';
import { metricName, port, seconds } from './schema-parts.ts';

/** Who may read /metrics and who may send to the receiver. */
export const metricsAccess = z
  .strictObject({
    bearer_tokens: z
      .array(z.string().min(16))
      .default([])
      .describe('Any of these opens; at least 16 characters each, from the environment.'),
    basic_users: z
      .record(z.string().regex(/^[^:\p{Cc}]+$/u, 'a name without a colon'), z.string().min(1))
      .default({})
      .describe('Passwords by user name; from the environment.'),
    tls: z
      .strictObject({
        cert_file: z.string().min(1).describe('PEM file of the certificate.'),
        key_file: z.string().min(1).describe('PEM file of its key.'),
      })
      .optional()
      .describe('Serve HTTPS.'),
  })
  .prefault({})
  .describe('Without tokens and users everybody who reaches the port may read. /health is open to all.');

/** Metrics of other processes, received by OTLP/HTTP. */
export const metricsReceiver = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Receive, in the metrics server as a process of its own.'),
    port: port.default(4318).describe('Where OTLP/HTTP is received; 0 takes any free port.'),
    address: z.string().min(1).default('127.0.0.1').describe('0.0.0.0 for every interface.'),
    allowed_hosts: z
      .array(z.string().min(1))
      .default([])
      .describe('Host names that are answered besides the loopback ones.'),
    max_body_bytes: z.int().min(1_024).default(67_108_864).describe('Longest request, after decompression.'),
    max_requests_per_second: z
      .number()
      .positive()
      .default(500)
      .describe('From one address; beyond it 429 is answered.'),
    max_concurrent_requests: z.int().positive().default(64).describe('Beyond it 503 is answered.'),
  })
  .prefault({})
  .describe('Where other processes, of any language, send their metrics.');

/** How the metrics of several processes become one output. */
export const metricsMerge = z
  .strictObject({
    rules: z
      .record(metricName, z.enum(['sum', 'last', 'min', 'max']))
      .default({})
      .describe('How a metric of several processes becomes one. Without a rule gauges and counters are added up.'),
    instance: z
      .enum(['none', 'each'])
      .default('none')
      .describe(
        'none: one series for all processes of a job; each: a series per process, told apart by the label instance.',
      ),
    source_timeout_seconds: seconds
      .default(1)
      .describe(
        'Longest wait for a child process or worker thread; one that is later is reported in metrics_source_up.',
      ),
    expiry_seconds: seconds
      .default(300)
      .describe('A process that sent nothing for so long has ended: its gauges disappear, its totals stay.'),
    max_series: z.int().positive().default(500_000).describe('Beyond it new series are refused, and counted.'),
    max_sources: z.int().positive().default(1_000).describe('Beyond it new processes are refused, and counted.'),
  })
  .prefault({})
  .describe('Metrics of cluster children, worker threads and other processes, shown in one place.');

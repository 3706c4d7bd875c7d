import { type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { MergeOutcome, MetricMerge, MetricSource } from '../merge/metric-source.ts';
import { createRegistry, type Registry } from '../metrics/registry.ts';
import { encodeMetricsRequest } from '../otlp/encode-request.ts';
import type { MetricData, NumberPoint, ResourceMetrics } from '../otlp/metric-model.ts';
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts';
import { type OtlpReceiver, type OtlpReceiverOptions, startOtlpReceiver } from './otlp-receiver.ts';

export const types: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

export function pointOf(value: number, attributes: Readonly<Record<string, string>> = {}): NumberPoint {
  return { attributes, startTimeUnixNano: 1n, timeUnixNano: 2n, flags: 0, value, exemplars: [] };
}

export function sumOf(name: string, points: readonly NumberPoint[]): MetricData {
  const identity = { name, description: 'd', unit: '' };
  return { ...identity, kind: 'sum', temporality: 'cumulative', isMonotonic: true, points };
}

export function resourceOf(instance: string, ...metrics: readonly MetricData[]): ResourceMetrics {
  const attributes = { 'service.name': 'shop', 'service.instance.id': instance };
  return { resource: { attributes }, scopes: [{ scope: { name: 'test' }, metrics }] };
}

/** One counter of one process. */
export function smallRequest(encoding: OtlpEncoding, instance = 'a', value = 3): Uint8Array {
  return encodeMetricsRequest([resourceOf(instance, sumOf('done', [pointOf(value)]))], encoding);
}

export interface RecordedUpdate {
  readonly source: MetricSource;
  readonly metrics: readonly ResourceMetrics[];
}

/** Takes every point, unless told otherwise, and remembers it. */
export function createRecordingMerge(outcomeOf?: (update: RecordedUpdate) => MergeOutcome) {
  const updates: RecordedUpdate[] = [];
  const merge: MetricMerge = {
    update(source, metrics) {
      updates.push({ source, metrics });
      const accepted = countPoints(metrics);
      return outcomeOf?.({ source, metrics }) ?? { accepted, refused: 0, reasons: {} };
    },
    silent() {},
    end() {},
  };
  return { merge, updates };
}

export function countPoints(resources: readonly ResourceMetrics[]): number {
  return resources
    .flatMap(({ scopes }) => scopes)
    .flatMap(({ metrics }) => metrics)
    .reduce((sum, { points }) => sum + points.length, 0);
}

export interface TestReceiver extends OtlpReceiver {
  readonly registry: Registry;
  readonly updates: RecordedUpdate[];
}

export interface TestReceiverOptions extends Partial<Omit<OtlpReceiverOptions, 'limits' | 'registry'>> {
  readonly limits?: Partial<OtlpReceiverOptions['limits']>;
}

const limits = { maxBodyBytes: 1024 * 1024, maxRequestsPerSecond: 100_000, maxConcurrentRequests: 64 };

export async function startTestReceiver(options: TestReceiverOptions = {}): Promise<TestReceiver> {
  const registry = createRegistry();
  const { merge, updates } = createRecordingMerge();
  const receiver = await startOtlpReceiver({
    port: 0,
    address: '127.0.0.1',
    merge,
    registry,
    ...options,
    limits: { ...limits, ...options.limits },
  });
  return { ...receiver, registry, updates };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Sending {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
}

/** Sends exactly the headers it is given. */
export function send(url: string, { method = 'POST', path = '/v1/metrics', headers, body }: Sending): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

export function post(
  url: string,
  encoding: OtlpEncoding,
  body: Uint8Array | string,
  headers: OutgoingHttpHeaders = {},
) {
  return send(url, { headers: { 'content-type': types[encoding], ...headers }, body });
}

/** What comes back for raw bytes until the connection ends. */
export function talk(port: number, ...sent: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
    for (const bytes of sent) socket.write(bytes);
  });
}

import type { Signal } from '../signal.ts';
import type { TlsFiles } from '../transport/tls-files.ts';

/** How OTLP is spoken. */
export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';

/** The way of one signal to a receiver. */
export interface OtlpRoute {
  /** The whole address with HTTP; with gRPC the address of the receiver. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: OtlpProtocol;
  readonly compression: 'gzip' | 'none';
  readonly tls: TlsFiles;
}

/** Since when sums count: since the start of the process, or since the last export. */
export type TemporalityPreference = 'cumulative' | 'delta' | 'lowmemory';

/** A receiver of OTLP and what is sent there. */
export interface OtlpReceiver {
  readonly name: string;
  readonly traces?: OtlpRoute;
  readonly logs?: OtlpRoute;
  readonly metrics?: OtlpRoute & { readonly temporality: TemporalityPreference };
}

/** OTLP's fixed path below a base address: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp */
export function signalUrl(endpoint: string, signal: Signal): string {
  const url = new URL(endpoint);
  // A query (some receivers want a tenant there) stays behind the path.
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  return url.href;
}

/** A receiver of OTLP/HTTP that takes what is asked for below one base address. */
export function receiverBelow(
  endpoint: string,
  { name, signals, headers, temporality }: ReceiverOptions,
): OtlpReceiver {
  const route = (signal: Signal): OtlpRoute => ({ ...plainRoute, url: signalUrl(endpoint, signal), headers });
  return {
    name,
    ...(signals.includes('traces') ? { traces: route('traces') } : {}),
    ...(signals.includes('logs') ? { logs: route('logs') } : {}),
    ...(signals.includes('metrics') ? { metrics: { ...route('metrics'), temporality } } : {}),
  };
}

/** What is special about a receiver. */
export interface ReceiverOptions {
  readonly name: string;
  readonly signals: readonly Signal[];
  readonly headers: Readonly<Record<string, string>>;
  readonly temporality: TemporalityPreference;
}

/** What all hosted receivers take. */
export const plainRoute = { protocol: 'http/protobuf', compression: 'gzip', tls: {} } as const;

import type { ServerOptions } from 'node:http';
import { getLogger } from '../logs/logger.ts';
import type { MetricMerge } from '../merge/metric-source.ts';
import { defaultRegistry } from '../metrics/default-registry.ts';
import type { MetricDeclarer } from '../metrics/metric-declarer.ts';
import type { AccessOptions } from '../metrics-server/access.ts';
import type { TlsFiles } from '../metrics-server/tls-files.ts';

/** What senders may cost. */
export interface ReceiverLimits {
  /** Longest request, after decompression; beyond it 413. Bodies being read or worked on take twice as much together. */
  readonly maxBodyBytes: number;
  /** From one address (of IPv6: one /64); as many may also come at once. Beyond it 429. */
  readonly maxRequestsPerSecond: number;
  /** Beyond it 503. */
  readonly maxConcurrentRequests: number;
}

export interface OtlpReceiverOptions {
  /** 0 takes any free port. OTLP's own is 4318. */
  readonly port: number;
  /** `127.0.0.1` for this machine only, `0.0.0.0` for every interface. */
  readonly address: string;
  /** Where what is received goes. */
  readonly merge: MetricMerge;
  readonly limits: ReceiverLimits;
  /** Who may send. @default everybody who reaches the port; on other than loopback addresses one warning says so */
  readonly access?: AccessOptions;
  /** Serves HTTPS. Read once, at the start. @default HTTP */
  readonly tls?: TlsFiles;
  /**
   * Names, besides the loopback ones, under which the receiver may be asked (Host header without port). On a loopback
   * address every other name is refused with 421; on other addresses names are checked only when this is given.
   */
  readonly allowedHosts?: readonly string[];
  /** Where the receiver's own metrics are declared. @default the registry of this process */
  readonly registry?: MetricDeclarer;
  /** Milliseconds of a clock that only runs forward. @default performance.now */
  readonly now?: () => number;
}

export interface OtlpReceiver {
  /** Without a trailing slash, e.g. `http://127.0.0.1:4318`; metrics are sent to `/v1/metrics` below it. */
  readonly url: string;
  readonly port: number;
  /** Stops listening, lets running requests end for up to `timeoutMs` (default 1000), then cuts them. May be called again. */
  close(timeoutMs?: number): Promise<void>;
}

const log = getLogger('observability.receiver');

/**
 * Receives metrics by OTLP/HTTP, in protobuf and JSON, and hands them to a merge. Traces and logs are refused with 404,
 * which tells an SDK that they were not stored and not to send them again.
 * @throws ListenError (`OBS_PORT_IN_USE`, `OBS_TLS_INVALID` …) when the port cannot be opened
 */
export async function startOtlpReceiver(options: OtlpReceiverOptions): Promise<OtlpReceiver> {
  const { port, address, limits, now = () => performance.now() } = options;
  // Loaded by those who receive, not with the library.
  const [listening, routing, hosts, access, rates, heldBytes, turns, telemetry] = await Promise.all([
    import('../metrics-server/listener.ts'),
    import('./receiver-routes.ts'),
    import('../metrics-server/host-check.ts'),
    import('../metrics-server/access.ts'),
    import('./request-rate.ts'),
    import('./held-bytes.ts'),
    import('../metrics/exposition/turns.ts'),
    import('./receiver-metrics.ts'),
  ]);
  const allowed = access.createAccess(options.access ?? {});
  const routes = routing.createReceiverRoutes({
    merge: options.merge,
    isHostAllowed: hosts.createHostCheck(address, options.allowedHosts),
    access: allowed,
    rate: rates.createRequestRate({ perSecond: limits.maxRequestsPerSecond, now }),
    held: heldBytes.createHeldBytes(limits.maxBodyBytes * bodiesHeld),
    maxBodyBytes: limits.maxBodyBytes,
    maxConcurrentRequests: limits.maxConcurrentRequests,
    metrics: telemetry.declareReceiverMetrics(options.registry ?? defaultRegistry()),
    turns: turns.createTurns(),
    now,
    onFailure: (error) => log.exception('receiver_request_failed', error),
  });
  const listener = await listening.openListener(routes.onRequest, {
    port,
    address,
    tls: options.tls,
    limits: requestLimits,
    maxConnections,
    silenceMs,
  });
  listener.server.on('checkContinue', routes.onCheckContinue);
  if (allowed === null && !hosts.isLoopback(address)) {
    log.warning('receiver_open_to_network', {
      address,
      remedy: 'set metrics.access.bearer_tokens or basic_users, or keep everybody else away from the port',
    });
  }
  return { url: listener.url, port: listener.port, close: (timeoutMs = 1_000) => listener.close(timeoutMs) };
}

const bodiesHeld = 2;

const requestLimits: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  // An SDK gives up after 10 s; a request of 64 MiB over a slow line gets more.
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
  // Longer than an SDK waits between two exports, which is a minute.
  keepAliveTimeout: 75_000,
};
// A thousand senders, with room for those that connect anew.
const maxConnections = 2_048;
// A client that neither sends nor reads for so long is cut off.
const silenceMs = 90_000;

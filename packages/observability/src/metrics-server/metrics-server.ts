import type { ServerOptions } from 'node:http';
import { readServedGroup } from '../merge/group/served-group.ts';
import type { AccessOptions } from './access.ts';
import type { ReadHealth } from './health-report.ts';
import type { ServedMetrics } from './served-metrics.ts';
import type { TlsFiles } from './tls-files.ts';

export interface MetricsServerOptions {
  /** 0 takes any free port. @default 9090 */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly address?: string;
  /**
   * A registry, or what many processes say of themselves.
   * @default the registry of this process, with those of its cluster children and worker threads that use this library
   */
  readonly registry?: ServedMetrics;
  /** Where the metrics are. @default '/metrics' */
  readonly path?: string;
  /** Answers `/health`. @default `{"status":"ok"}`: the process answers, no more is known */
  readonly health?: ReadHealth;
  /**
   * Names, besides the loopback ones, under which the server may be asked (Host header without port). On a loopback
   * address every other name is refused with 421; on other addresses names are checked only when this is given.
   */
  readonly allowedHosts?: readonly string[];
  /** Who may read the metrics; `/health` is open to all. @default everybody who reaches the port */
  readonly access?: AccessOptions;
  /** Serves HTTPS. Read once, at the start. @default HTTP */
  readonly tls?: TlsFiles;
  /**
   * Longest wait for all collectors of a scrape together. A scraper that says in `X-Prometheus-Scrape-Timeout-Seconds`
   * that it gives up earlier gets its reply before, with the metrics that are there.
   * @default the registry's own, which is `metrics.collector_timeout_seconds` after `initObservability`
   */
  readonly collectorTimeoutMs?: number;
  /** Longest wait for the health report; then the answer is `down`. @default 5000 */
  readonly healthTimeoutMs?: number;
  /** false: the process may end while the server listens. @default true */
  readonly holdsProcess?: boolean;
}

export interface MetricsServer {
  /** Without a trailing slash, e.g. `http://127.0.0.1:9090`. */
  readonly url: string;
  readonly port: number;
  /** Stops listening, lets running replies end for up to `timeoutMs` (default 1000), then cuts them. May be called again. */
  close(timeoutMs?: number): Promise<void>;
}

/**
 * Serves the registry on a port of its own: the metrics, `/health`, and a page at `/` that links to both.
 * @throws ListenError (`OBS_PORT_IN_USE`, `OBS_TLS_INVALID` …) when the port cannot be opened
 */
export async function startMetricsServer(options: MetricsServerOptions = {}): Promise<MetricsServer> {
  const { port = 9090, address = '127.0.0.1' } = options;
  // Loaded by those who serve, not with the library: node:http and its kind cost 3 ms.
  const [{ openListener }, { createRoutes }, { createHostCheck }, { createAccess }] = await Promise.all([
    import('./listener.ts'),
    import('./routes.ts'),
    import('./host-check.ts'),
    import('./access.ts'),
  ]);
  const routes = createRoutes({
    registry: options.registry ?? (await readServedGroup()),
    path: options.path ?? '/metrics',
    health: options.health ?? (() => ({ status: 'ok' })),
    isHostAllowed: createHostCheck(address, options.allowedHosts),
    access: createAccess(options.access ?? {}),
    collectorTimeoutMs: options.collectorTimeoutMs,
    healthTimeoutMs: options.healthTimeoutMs ?? 5000,
  });
  const { url, ...listener } = await openListener(routes, {
    port,
    address,
    tls: options.tls,
    limits,
    maxConnections,
    silenceMs,
    holdsProcess: options.holdsProcess,
  });
  return { url, port: listener.port, close: (timeoutMs = 1000) => listener.close(timeoutMs) };
}

/** What a client may cost: a request comes whole within seconds and is small. */
const limits: ServerOptions = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  // Longer than scrapers usually pause, so that they need not connect anew each time.
  keepAliveTimeout: 75_000,
};
// Each may hold one reply half read, which is a few hundred kilobytes at most.
const maxConnections = 256;
// A client that neither sends nor reads for this long is cut off.
const silenceMs = 30_000;

import type { Server, ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultRegistry } from '../metrics/default-registry.ts';
import type { Registry } from '../metrics/registry.ts';
import type { ReadHealth } from './health-report.ts';
import { toListenError } from './listen-error.ts';

export interface MetricsServerOptions {
  /** 0 takes any free port. @default 9090 */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly address?: string;
  /** @default the registry of this process */
  readonly registry?: Registry;
  /** Where the metrics are. @default '/metrics' */
  readonly path?: string;
  /** Answers `/health`. @default `{"status":"ok"}`: the process answers, no more is known */
  readonly health?: ReadHealth;
  /**
   * Names, besides the loopback ones, under which the server may be asked (Host header without port). On a loopback
   * address every other name is refused with 421; on other addresses names are checked only when this is given.
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Longest wait for all collectors of a scrape together. A scraper that says in `X-Prometheus-Scrape-Timeout-Seconds`
   * that it gives up earlier gets its reply before, with the metrics that are there.
   * @default the registry's own, which is `metrics.collector_timeout_seconds` after `initObservability`
   */
  readonly collectorTimeoutMs?: number;
  /** Longest wait for the health report; then the answer is `down`. @default 5000 */
  readonly healthTimeoutMs?: number;
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
 * @throws ListenError (`OBS_PORT_IN_USE`, …) when the port cannot be opened
 */
export async function startMetricsServer(options: MetricsServerOptions = {}): Promise<MetricsServer> {
  const { port = 9090, address = '127.0.0.1' } = options;
  // Loaded by those who serve, not with the library: node:http and its kind cost 3 ms.
  const [{ createServer }, { createRoutes }, { createHostCheck }] = await Promise.all([
    import('node:http'),
    import('./routes.ts'),
    import('./host-check.ts'),
  ]);
  const server = createServer(
    limits,
    createRoutes({
      registry: options.registry ?? defaultRegistry(),
      path: options.path ?? '/metrics',
      health: options.health ?? (() => ({ status: 'ok' })),
      isHostAllowed: createHostCheck(address, options.allowedHosts),
      collectorTimeoutMs: options.collectorTimeoutMs,
      healthTimeoutMs: options.healthTimeoutMs ?? 5000,
    }),
  );
  server.maxConnections = maxConnections;
  server.setTimeout(silenceMs);
  closeWithReplies(server);
  await listen(server, port, address);
  // A connection the system could not hand over (out of memory, refused by a filter) is the client's loss. Unheard, this
  // event would end the process.
  server.on('error', () => {});
  const bound = (server.address() as AddressInfo).port;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${bound}`,
    port: bound,
    close(timeoutMs = 1000) {
      closing ??= closeServer(server, timeoutMs);
      return closing;
    },
  };
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

/** A connection kept alive would hold up the end of a server whose last reply was still running when it was closed. */
function closeWithReplies(server: Server): void {
  server.on('request', (_request, response) => {
    response.once('close', () => {
      // Idle only after this event.
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
}

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown) => reject(toListenError(error, { port, address }));
    server.once('error', onError);
    try {
      server.listen(port, address, () => {
        server.off('error', onError);
        resolve();
      });
    } catch (error) {
      // A port out of range is thrown at once, the rest comes as an event.
      onError(error);
    }
  });
}

function closeServer(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

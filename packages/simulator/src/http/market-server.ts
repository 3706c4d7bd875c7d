import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { getLogger } from '@autotrader/observability';
import type { FakeRequest } from '@autotrader/sources/fakes';
import { SimulatorError } from '../errors.ts';
import type { Exchange } from '../faults/fault.ts';
import { deliver } from './deliver.ts';

export interface ListenAt {
  readonly port: number;
  readonly address: string;
}

/** A request that was read as far as it can be: the URL is valid, the first path segment split off. */
export interface MountedRequest {
  /** First segment of the path: a source, or `_control`. */
  readonly mount: string;
  readonly below: FakeRequest;
  readonly incoming: IncomingMessage;
}

export interface MarketServer {
  readonly url: string;
  /** Ends every connection at once. Idempotent. */
  close(): Promise<void>;
}

/** Answers one request; what it throws becomes a 500 and a log line, never a crash. */
export type Answer = (request: MountedRequest) => Exchange | Promise<Exchange>;

/**
 * A listener that answers with exchanges.
 *
 * @throws SimulatorError SIM_PORT_IN_USE, SIM_ADDRESS_UNUSABLE
 */
export async function startMarketServer(at: ListenAt, answer: Answer): Promise<MarketServer> {
  const log = getLogger('autotrader.simulator');
  const stopping = new AbortController();
  const server = createServer((incoming, response) => {
    handle(answer, incoming, { response, signal: stopping.signal }).catch((thrown: unknown) => {
      log.exception('simulator_request_failed', thrown, { method: incoming.method });
      if (!response.headersSent) response.writeHead(500);
      response.destroy();
    });
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  const url = await listen(server, at);
  log.info('listening', { listener: 'simulator', url });
  let closing: Promise<void> | undefined;
  return {
    url,
    close: () => {
      closing ??= stop(server, stopping);
      return closing;
    },
  };
}

async function handle(
  answer: Answer,
  incoming: IncomingMessage,
  { response, signal }: { response: ServerResponse; signal: AbortSignal },
): Promise<void> {
  const request = readRequest(incoming);
  const exchange = request === undefined ? badRequest : await answer(request);
  // A body that nobody read would hold up the next request of the connection.
  incoming.resume();
  await deliver(exchange, response, signal);
}

const badRequest: Exchange = {
  reply: { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Bad Request' },
  delayMs: 0,
  delivery: { kind: 'whole' },
};

function readRequest(incoming: IncomingMessage): MountedRequest | undefined {
  const target = incoming.url ?? '';
  // Two leading slashes would be read as a host name.
  if (!target.startsWith('/') || target.startsWith('//') || !URL.canParse(target, 'http://market')) return undefined;
  const url = new URL(target, 'http://market');
  const [mount = '', ...rest] = url.pathname.slice(1).split('/');
  const below = {
    method: incoming.method ?? 'GET',
    path: `/${rest.join('/')}`,
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
  };
  return { mount, below, incoming };
}

function listen(server: Server, { port, address }: ListenAt): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      reject(
        inUse
          ? new SimulatorError('SIM_PORT_IN_USE', { address, port }, { cause: error })
          : new SimulatorError('SIM_ADDRESS_UNUSABLE', { address, port, reason: error.message }, { cause: error }),
      );
    });
    server.listen(port, address, () => {
      const bound = server.address();
      const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
      resolve(`http://${isIPv6(address) ? `[${address}]` : address}:${boundPort}`);
    });
  });
}

function stop(server: Server, stopping: AbortController): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    stopping.abort();
    server.closeAllConnections();
  });
}

import { createServer as createHttpServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { claimServer } from '../integrations/server-claim.ts';
import { toListenError } from './listen-error.ts';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';

export interface ListenerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly address: string;
  readonly tls: TlsFiles | undefined;
  /** What one request may cost. */
  readonly limits: ServerOptions;
  readonly maxConnections: number;
  /** A client that neither sends nor reads for so long is cut off. */
  readonly silenceMs: number;
  /** false: the process may end while this listens, and while clients are connected. @default true */
  readonly holdsProcess?: boolean | undefined;
}

export interface Listener {
  /** For events that are no requests. */
  readonly server: Server;
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Stops listening, lets running replies end for up to `timeoutMs`, then cuts them. May be called again. */
  close(timeoutMs: number): Promise<void>;
}

// A client that opens a TLS connection and says nothing.
const handshakeTimeoutMs = 5_000;

/**
 * Listens for HTTP, or HTTPS where there is a certificate.
 * @throws ListenError when the port cannot be opened or the certificate not be used
 */
export async function openListener(onRequest: RequestListener, options: ListenerOptions): Promise<Listener> {
  const { port, address, tls, limits } = options;
  const where = { port, address };
  const server =
    tls === undefined
      ? createHttpServer(limits, onRequest)
      : createHttpsServer(
          { ...limits, ...(await readTlsFiles(tls, where)), handshakeTimeout: handshakeTimeoutMs },
          onRequest,
        );
  // What is asked here is no request of the application's.
  claimServer(server);
  if (options.holdsProcess === false) server.on('connection', (socket) => socket.unref()).unref();
  server.maxConnections = options.maxConnections;
  server.setTimeout(options.silenceMs);
  closeWithReplies(server);
  const sockets = trackSockets(server);
  await listen(server, where);
  // A connection the system could not hand over (out of memory, refused by a filter) is the client's loss. Unheard, this
  // event would end the process.
  server.on('error', () => {});
  const bound = (server.address() as AddressInfo).port;
  let closing: Promise<void> | undefined;
  return {
    server,
    url: `${tls === undefined ? 'http' : 'https'}://${address.includes(':') ? `[${address}]` : address}:${bound}`,
    port: bound,
    close(timeoutMs) {
      closing ??= closeServer(server, sockets, timeoutMs);
      return closing;
    },
  };
}

/** All of them: the server itself forgets those that are still shaking hands. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** A connection kept alive would hold up the end of a server whose last reply was still running when it was closed. */
function closeWithReplies(server: Server): void {
  server.on('request', (_request, response) => {
    response.once('close', () => {
      // Idle only after this event.
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
}

function listen(server: Server, where: { readonly port: number; readonly address: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown) => reject(toListenError(error, where));
    server.once('error', onError);
    try {
      server.listen(where.port, where.address, () => {
        server.off('error', onError);
        resolve();
      });
    } catch (error) {
      // A port out of range is thrown at once, the rest comes as an event.
      onError(error);
    }
  });
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, timeoutMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

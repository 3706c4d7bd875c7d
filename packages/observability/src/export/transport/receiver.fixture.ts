import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A request as the receiver got it. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  /** After decompression. */
  readonly body: Buffer;
  /** Of the connection: the same for requests that shared one. */
  readonly port: number | undefined;
}

/** What the receiver does with a request whose body has arrived. */
export type Answer = (response: ServerResponse, request: Received) => void;

/** A receiver on loopback that does what a test says. */
export interface Receiver {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  readonly received: Received[];
  answer: Answer;
  close(): Promise<void>;
}

/** @param tls certificate and key of an HTTPS receiver */
export async function startReceiver(tls?: ServerOptions): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => undefined);
    request.on('end', () => {
      const { method, url: path, headers, socket } = request;
      const body = Buffer.concat(parts);
      const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      const seen: Received = { method, path, headers, body: plain, port: socket.remotePort };
      received.push(seen);
      receiver.answer(response, seen);
    });
  };
  const server = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    server,
    port,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    received,
    answer: (response) => response.end(),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

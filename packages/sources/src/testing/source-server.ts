import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeReply, FakeRequest } from '../imitation/market-token.ts';

/** How the server treats a request instead of answering it. */
export type Fault =
  | { readonly kind: 'reply'; readonly reply: FakeReply }
  /** Takes the request and never answers. */
  | { readonly kind: 'silence' }
  /** Says how long the body is and ends in the middle of it. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'reset' }
  /** A byte now and then, for ever. */
  | { readonly kind: 'drip' }
  /** A JSON body of so many bytes. */
  | { readonly kind: 'flood'; readonly bytes: number };

export interface SourceServer {
  readonly url: string;
  /** Requests so far, newest last. */
  readonly requests: readonly FakeRequest[];
  /** Resolves when the next request has come. */
  nextRequest(): Promise<void>;
  /** Bytes handed to the network in the last flood. */
  floodedBytes(): number;
  /** Faults for the next requests, one each; `always` for all of them; none left means proper answers. */
  setFaults(faults: readonly Fault[], always?: boolean): void;
  setAnswer(answer: (request: FakeRequest) => FakeReply): void;
  close(): Promise<void>;
}

/** A real HTTP server on a free port of the loopback interface that answers as one source. */
export async function startSourceServer(answer: (request: FakeRequest) => FakeReply): Promise<SourceServer> {
  const requests: FakeRequest[] = [];
  const flooded = { bytes: 0 };
  const arrivals = new EventEmitter();
  let current = answer;
  let faults: Fault[] = [];
  let isAlways = false;

  const server = createServer((incoming, response) => {
    const request = toFakeRequest(incoming);
    requests.push(request);
    arrivals.emit('request');
    const fault = isAlways ? faults[0] : faults.shift();
    if (fault === undefined) send(response, current(request));
    else misbehave(response, fault, { flooded, proper: () => current(request) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async nextRequest() {
      await once(arrivals, 'request');
    },
    floodedBytes: () => flooded.bytes,
    setFaults(next, always = false) {
      faults = [...next];
      isAlways = always;
    },
    setAnswer(next) {
      current = next;
    },
    close: () => stop(server),
  };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function toFakeRequest({ url = '/', method = 'GET', headers }: IncomingMessage): FakeRequest {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const flat = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
  return { method, path: pathname, query: searchParams, headers: Object.fromEntries(flat) };
}

function send(response: ServerResponse, { status, headers, body }: FakeReply): void {
  response.writeHead(status, headers).end(body);
}

interface Misbehaviour {
  readonly flooded: { bytes: number };
  proper(): FakeReply;
}

const json = { 'content-type': 'application/json; charset=utf-8' };

function misbehave(response: ServerResponse, fault: Fault, { flooded, proper }: Misbehaviour): void {
  switch (fault.kind) {
    case 'reply':
      send(response, fault.reply);
      return;
    case 'silence':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'truncated': {
      const { body } = proper();
      response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(body) });
      response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy());
      return;
    }
    case 'drip': {
      response.writeHead(200, json).write('[');
      const timer = setInterval(() => response.write(' '), 10);
      response.once('close', () => clearInterval(timer));
      return;
    }
    case 'flood':
      flooded.bytes = 0;
      response.writeHead(200, json).write('["');
      flood(response, fault.bytes, flooded);
  }
}

/** Writes as fast as the other side reads, so that whoever stops reading is seen to have stopped. */
function flood(response: ServerResponse, bytes: number, flooded: { bytes: number }): void {
  const chunk = 'x'.repeat(64 * 1024);
  while (flooded.bytes < bytes) {
    if (response.destroyed) return;
    flooded.bytes += chunk.length;
    if (!response.write(chunk)) {
      response.once('drain', () => flood(response, bytes, flooded));
      return;
    }
  }
  response.end('"]');
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EncodedBatch } from '../encoded-batch.ts';
import { serverIdentity, testAuthority } from './certificates.fixture.ts';
import { type HttpTarget, openHttpTransport } from './http-transport.ts';
import { type Receiver, startReceiver } from './receiver.fixture.ts';
import type { Transport } from './transport.ts';

const batch: EncodedBatch = {
  signal: 'logs',
  body: new TextEncoder().encode('records'),
  contentType: 'application/json',
  records: 1,
  isImportant: false,
};
const patience = (ms = 5_000): AbortSignal => AbortSignal.timeout(ms);

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

interface Proxy {
  readonly port: number;
  /** First lines and the headers of what it was asked. */
  readonly asked: { readonly line: string; readonly headers: IncomingMessage['headers'] }[];
}

/** A forward proxy that leads every name to this computer. */
async function startProxy(secure: boolean, port: number): Promise<Proxy> {
  const asked: { line: string; headers: IncomingMessage['headers'] }[] = [];
  const server: Server = secure ? createSecureServer(serverIdentity) : createServer();
  server.on('request', (incoming, response) => {
    asked.push({ line: `${incoming.method} ${incoming.url}`, headers: incoming.headers });
    const { pathname } = new URL(incoming.url ?? '');
    const options = { port, path: pathname, method: incoming.method, headers: incoming.headers };
    const onward = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    asked.push({ line: `${incoming.method} ${incoming.url}`, headers: incoming.headers });
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', () => undefined);
    socket.on('error', () => undefined).on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

describe('the HTTP transport by way of a proxy', () => {
  let folder = '';
  let ca_file = '';
  let receiver: Receiver;
  let secureReceiver: Receiver;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxy-'));
    ca_file = join(folder, 'ca.pem');
    await writeFile(ca_file, testAuthority);
    [receiver, secureReceiver] = await Promise.all([startReceiver(), startReceiver(serverIdentity)]);
    opened.push(receiver, secureReceiver);
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function open(url: string, proxy: string): Promise<Transport> {
    const judge: HttpTarget['judge'] = ({ status }) =>
      status === 200 ? { kind: 'sent' } : { kind: 'unavailable', reason: `HTTP ${status}` };
    const headers = { 'x-key': 'hunter2' };
    const transport = await openHttpTransport({ url, proxy, headers, compression: 'none', tls: { ca_file }, judge });
    opened.push(transport);
    return transport;
  }

  it('asks it for an address in the clear, and shows it the password it wants', async () => {
    const proxy = await startProxy(false, receiver.port);
    const transport = await open('http://collector.test:4318/v1/logs', `http://user:pa%20ss@127.0.0.1:${proxy.port}`);
    expect(await transport.send(batch, patience())).toEqual({ kind: 'sent' });
    expect(await transport.send(batch, patience())).toEqual({ kind: 'sent' });
    expect(proxy.asked[0]?.line).toBe('POST http://collector.test:4318/v1/logs');
    expect(proxy.asked[0]?.headers['proxy-authorization']).toBe(`Basic ${btoa('user:pa ss')}`);
    expect(receiver.received.map(({ path, body }) => `${path} ${body}`)).toEqual(Array(2).fill('/v1/logs records'));
  });

  it.each([false, true])(
    'shows it nothing of what goes over TLS to the receiver (proxy with TLS: %s)',
    async (secure) => {
      const proxy = await startProxy(secure, secureReceiver.port);
      const address = `${secure ? 'https' : 'http'}://127.0.0.1:${proxy.port}`;
      const transport = await open('https://collector.test/v1/logs', address);
      expect(await transport.send(batch, patience())).toEqual({ kind: 'sent' });
      expect(await transport.send(batch, patience())).toEqual({ kind: 'sent' });
      expect(proxy.asked.map(({ line }) => line)).toEqual(['CONNECT collector.test:443']);
      expect(JSON.stringify(proxy.asked)).not.toContain('hunter2');
      expect(secureReceiver.received).toHaveLength(2);
    },
  );

  it('verifies the receiver behind it', async () => {
    const proxy = await startProxy(false, secureReceiver.port);
    const transport = await open('https://somebody.test/v1/logs', `http://127.0.0.1:${proxy.port}`);
    expect(await transport.send(batch, patience())).toMatchObject({ reason: /ERR_TLS_CERT_ALTNAME_INVALID/ });
    expect(secureReceiver.received).toEqual([]);
  });

  it.each([
    ['http://collector.test/', 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n', 'HTTP 502'],
    ['https://collector.test/', 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n', 'HTTP 503'],
    ['https://collector.test/', 'SSH-2.0\r\n\r\n', /./],
    ['https://collector.test/', '', /./],
    ['http://collector.test/', '', /./],
  ])('survives one that leads nowhere: %s, %j', async (url, answer, reason) => {
    const port = await listen((socket) => socket.on('error', () => undefined).once('data', () => socket.end(answer)));
    const transport = await open(url, `http://127.0.0.1:${port}`);
    expect(await transport.send(batch, patience())).toEqual({
      kind: 'unavailable',
      reason: reason instanceof RegExp ? expect.stringMatching(reason) : reason,
    });
  });

  it.each(['http://collector.test/', 'https://collector.test/'])(
    'lets go of one that never answers, on the way to %s',
    async (url) => {
      let left: (() => void) | undefined;
      const gone = new Promise<void>((resolve) => (left = resolve));
      const port = await listen((socket) =>
        socket
          .on('error', () => undefined)
          .on('close', () => left?.())
          .resume(),
      );
      const transport = await open(url, `http://127.0.0.1:${port}`);
      expect(await transport.send(batch, patience(100))).toEqual({ kind: 'unavailable', reason: 'no answer in time' });
      await gone;
    },
  );

  it('says why it cannot be reached', async () => {
    for (const url of ['http://collector.test/', 'https://collector.test/']) {
      const outcome = await (await open(url, 'http://127.0.0.1:9')).send(batch, patience());
      expect(outcome).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('ECONNREFUSED') });
    }
  });

  it.each(['socks5://user:hunter2@127.0.0.1', 'ftp://127.0.0.1', 'no address hunter2'])(
    'is not opened with an address that is none of a proxy we can speak to',
    async (proxy) => {
      const opening = open('http://collector.test/', proxy);
      await expect(opening).rejects.toThrow('does not start with http:// or https://');
      await expect(opening).rejects.not.toThrow(/hunter2/);
    },
  );

  async function listen(onConnection: (socket: Socket) => void): Promise<number> {
    const server = createTcpServer({}, onConnection);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.push(server);
    return (server.address() as AddressInfo).port;
  }
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EncodedBatch } from '../encoded-batch.ts';
import { libraryVersion } from '../library-version.ts';
import { clientIdentity, otherIdentity, serverIdentity, testAuthority } from './certificates.fixture.ts';
import { type HttpTarget, openHttpTransport } from './http-transport.ts';
import { type Receiver, startReceiver } from './receiver.fixture.ts';
import type { Transport } from './transport.ts';

function batchOf(text: string): EncodedBatch {
  const body = new TextEncoder().encode(text);
  return { signal: 'logs', body, contentType: 'application/json', records: 1, isImportant: false };
}

const batch = batchOf('{"some":"records"}');
const patience = (ms = 5_000): AbortSignal => AbortSignal.timeout(ms);

/** Tells the status, so that a test sees what the receiver's answer was. */
const judge: HttpTarget['judge'] = ({ status, body }) =>
  status === 200 ? { kind: 'sent' } : { kind: 'refused', reason: `HTTP ${status} ${Buffer.from(body)}` };

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function open(url: string, options: Partial<HttpTarget> = {}): Promise<Transport> {
  const transport = await openHttpTransport({
    url,
    headers: {},
    compression: 'gzip',
    tls: {},
    proxy: '',
    judge,
    ...options,
  });
  opened.push(transport);
  return transport;
}

async function receive(...parts: Parameters<typeof startReceiver>): Promise<Receiver> {
  const receiver = await startReceiver(...parts);
  opened.push(receiver);
  return receiver;
}

/** A server that speaks no HTTP but what a test writes. */
async function listen(onConnection: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer({}, onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(server);
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}

describe('the HTTP transport', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await receive();
  });

  it('posts what it is given, compressed, with the headers of the configuration', async () => {
    const transport = await open(`${receiver.url}/v1/logs?x=1`, {
      headers: { 'X-Team': ' core\n', 'content-type': 'x' },
    });
    expect(await transport.send(batch, patience())).toEqual({ kind: 'sent' });
    expect(receiver.received[0]).toMatchObject({
      method: 'POST',
      path: '/v1/logs?x=1',
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'x-team': 'core',
        'user-agent': `Autotrader-OTLP-Exporter-JavaScript/${libraryVersion}`,
      },
    });
    expect(`${receiver.received[0]?.body}`).toBe('{"some":"records"}');
  });

  it('sends the body as it is where no compression is asked for', async () => {
    const transport = await open(receiver.url, { compression: 'none' });
    await transport.send(batch, patience());
    expect(receiver.received[0]?.headers['content-encoding']).toBeUndefined();
    expect(receiver.received[0]?.headers['content-length']).toBe('18');
  });

  it('speaks of itself as the configuration says', async () => {
    const transport = await open(receiver.url, { headers: { 'User-Agent': 'shop/1' } });
    await transport.send(batch, patience());
    expect(receiver.received[0]?.headers['user-agent']).toBe('shop/1');
  });

  it('keeps its connection, and replaces it where the receiver has closed it meanwhile', async () => {
    const transport = await open(receiver.url);
    await transport.send(batch, patience());
    await transport.send(batch, patience());
    expect(receiver.received[1]?.port).toBe(receiver.received[0]?.port);
    // The receiver closes at the moment at which the next request comes.
    receiver.server.prependOnceListener('request', (request) => request.socket.destroy());
    expect(await transport.send(batch, patience())).toEqual({ kind: 'sent' });
    expect(new Set(receiver.received.map(({ port }) => port)).size).toBe(2);
  });

  it('tries a connection that was new only once', async () => {
    let connections = 0;
    const url = await listen((socket) => {
      connections += 1;
      socket.destroy();
    });
    const transport = await open(url);
    expect(await transport.send(batch, patience())).toMatchObject({ kind: 'unavailable', reason: /ECONNRESET/ });
    expect(connections).toBe(1);
  });

  it('says why there is no connection', async () => {
    const transport = await open('http://127.0.0.1:9');
    expect(await transport.send(batch, patience())).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    const nowhere = await open('http://nothing.invalid/');
    expect(await nowhere.send(batch, patience())).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
    });
  });

  it('gives up on a receiver that never answers, and lets go of its connection', async () => {
    let closed: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    const url = await listen((socket) =>
      socket
        .on('error', () => undefined)
        .on('close', () => closed?.())
        .resume(),
    );
    const transport = await open(url);
    expect(await transport.send(batch, patience(50))).toEqual({ kind: 'unavailable', reason: 'no answer in time' });
    await gone;
  });

  it('sends nothing once it was given up', async () => {
    const transport = await open(receiver.url);
    expect(await transport.send(batch, AbortSignal.abort())).toEqual({
      kind: 'unavailable',
      reason: 'no answer in time',
    });
    expect(receiver.received).toEqual([]);
  });

  it.each([
    ['breaks off', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"partial', true],
    ['never ends', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"partial', false],
    ['is no chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', false],
    [
      'comes after others that are none',
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
      false,
    ],
  ])('takes the status for the answer when the body %s', async (_what, answer, ends) => {
    const url = await listen((socket) => {
      socket.on('error', () => undefined).once('data', () => (ends ? socket.end(answer) : socket.write(answer)));
    });
    const transport = await open(url);
    expect(await transport.send(batch, patience(300))).toEqual({ kind: 'sent' });
  });

  it.each([
    ['rubbish', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'],
    ['nothing', ''],
  ])('does not throw when the answer is %s', async (_what, answer) => {
    const url = await listen((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(answer));
    });
    expect(await (await open(url)).send(batch, patience())).toMatchObject({ kind: 'unavailable' });
  });

  it('reads no more of an answer than it needs', async () => {
    let written = 0;
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536))) written += 65_536;
      };
      response.on('drain', more).on('error', () => undefined);
      more();
    };
    expect(await (await open(receiver.url)).send(batch, patience())).toEqual({ kind: 'sent' });
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('takes an answer that comes before the request has ended', async () => {
    receiver.server.removeAllListeners('request');
    receiver.server.on('request', (_request, response) => {
      response.writeHead(413, { connection: 'close' }).end('too much');
    });
    const transport = await open(receiver.url, { compression: 'none' });
    const answer = await transport.send(batchOf('x'.repeat(300_000)), patience());
    expect(answer).toEqual({ kind: 'refused', reason: 'HTTP 413 too much' });
    expect(await transport.send(batchOf('x'.repeat(300_000)), patience())).toEqual(answer);
  });

  it('never follows a redirect', async () => {
    const elsewhere = await receive();
    receiver.answer = (response) => response.writeHead(307, { location: elsewhere.url }).end();
    expect(await (await open(receiver.url)).send(batch, patience())).toMatchObject({ kind: 'refused' });
    expect(elsewhere.received).toEqual([]);
  });

  it('repeats no secret that a receiver quotes', async () => {
    receiver.answer = (response, { headers }) =>
      response.writeHead(401).end(`unknown:\n${headers.authorization} or ${headers['x-key']}, ${headers['x-team']}`);
    const headers = { authorization: 'Bearer hunter2hunter2', 'x-key': 'hunter3hunter3', 'x-team': 'core' };
    expect(await (await open(receiver.url, { headers })).send(batch, patience())).toEqual({
      kind: 'refused',
      reason: 'HTTP 401 unknown: (secret) or (secret), core',
    });
  });

  it('settles a request under way when it is closed', async () => {
    const url = await listen((socket) => socket.on('error', () => undefined).resume());
    const transport = await open(url);
    const sending = transport.send(batch, patience());
    await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 50)));
    transport.close();
    expect(await sending).toMatchObject({ kind: 'unavailable' });
  });
});

describe('the HTTP transport over TLS', () => {
  let folder = '';
  const path = (name: string): string => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    await Promise.all([
      writeFile(path('ca.pem'), testAuthority),
      writeFile(path('client.pem'), clientIdentity.cert),
      writeFile(path('client.key'), clientIdentity.key),
      writeFile(path('server.key'), serverIdentity.key),
      writeFile(path('none.pem'), 'nothing'),
    ]);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('trusts the authority it is told of', async () => {
    const receiver = await receive(serverIdentity);
    const transport = await open(receiver.url, { tls: { ca_file: path('ca.pem') } });
    expect(await transport.send(batch, patience())).toEqual({ kind: 'sent' });
    expect(await transport.send(batch, patience())).toEqual({ kind: 'sent' });
    expect(receiver.received[1]?.port).toBe(receiver.received[0]?.port);
  });

  it('sends nothing to whom it cannot trust, whatever the environment says', async () => {
    const receiver = await receive(serverIdentity);
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await (await open(receiver.url)).send(batch, patience())).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED|unable to verify/i),
      });
      const other = await receive(otherIdentity);
      const misnamed = await open(other.url, { tls: { ca_file: path('ca.pem') } });
      expect(await misnamed.send(batch, patience())).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
      });
      expect(other.received).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
    expect(receiver.received).toEqual([]);
  });

  it('shows its own certificate to a receiver that asks for one', async () => {
    const receiver = await receive({ ...serverIdentity, ca: testAuthority, requestCert: true });
    const ca_file = path('ca.pem');
    const stranger = await open(receiver.url, { tls: { ca_file } });
    expect(await stranger.send(batch, patience())).toMatchObject({ kind: 'unavailable' });
    const known = await open(receiver.url, {
      tls: { ca_file, cert_file: path('client.pem'), key_file: path('client.key') },
    });
    expect(await known.send(batch, patience())).toEqual({ kind: 'sent' });
  });

  it('speaks nothing older than TLS 1.2', async () => {
    const receiver = await receive({
      ...serverIdentity,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    const transport = await open(receiver.url, { tls: { ca_file: path('ca.pem') } });
    expect(await transport.send(batch, patience())).toMatchObject({ kind: 'unavailable' });
    expect(receiver.received).toEqual([]);
  });

  it.each([
    [{ ca_file: 'missing.pem' }, /^tls\.ca_file .*missing\.pem cannot be read: ENOENT/],
    [{ ca_file: 'none.pem' }, /^tls\.ca_file .*none\.pem/],
    [
      { cert_file: 'client.pem', key_file: 'server.key' },
      /^tls\.cert_file .*client\.pem and tls\.key_file .*server\.key/,
    ],
    [{ cert_file: 'none.pem', key_file: 'client.key' }, /^tls\.cert_file .*none\.pem/],
  ])('is not opened with %j', async (files, message) => {
    const tls = Object.fromEntries(Object.entries(files).map(([key, name]) => [key, path(name)]));
    await expect(open('https://127.0.0.1:9', { tls })).rejects.toThrow(message);
  });
});

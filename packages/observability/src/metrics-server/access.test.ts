import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serverIdentity, testAuthority } from '../export/transport/certificates.fixture.ts';
import { createRegistry } from '../metrics/registry.ts';
import { type AccessOptions, createAccess } from './access.ts';
import { startMetricsServer } from './metrics-server.ts';
import type { TlsFiles } from './tls-files.ts';

const ends: (() => unknown)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access-'));
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: { readonly access?: AccessOptions; readonly tls?: TlsFiles }) {
  const server = await startMetricsServer({ port: 0, registry: createRegistry(), ...options });
  ends.push(() => server.close(0));
  return server;
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const both: AccessOptions = {
  bearerTokens: ['first-token-of-many-letters', 'second-token-of-many-letters'],
  basicUsers: { prometheus: 'pass:word', jürgen: 'gehäim' },
};

test.each([
  'Bearer first-token-of-many-letters',
  'bearer   second-token-of-many-letters ',
  basic('prometheus:pass:word'),
  basic('jürgen:gehäim'),
])('%j opens', (authorization) => {
  expect(createAccess(both)?.isAllowed(authorization)).toBe(true);
});

test.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  'Bearer first-token-of-many-letter',
  'Bearer first-token-of-many-lettersx',
  'Bearer first-token-of-many-letters second-token-of-many-letters',
  'Basic first-token-of-many-letters',
  'first-token-of-many-letters',
  `Bearer ${Buffer.from('prometheus:pass:word').toString('base64')}`,
  'Bearer prometheus:pass:word',
  basic('prometheus:pass'),
  basic('prometheus'),
  basic(':pass:word'),
  basic('__proto__:pass:word'),
  'Basic ====',
  'Digest username="prometheus"',
  `Bearer ${'x'.repeat(100_000)}`,
])('%j does not open', (authorization) => {
  expect(createAccess(both)?.isAllowed(authorization)).toBe(false);
});

test('without tokens and users everybody is let in; an empty token lets nobody in', () => {
  expect(createAccess({})).toBeNull();
  const access = createAccess({ bearerTokens: [''] });
  expect(['Bearer ', 'Bearer', 'Bearer  ', undefined].map((header) => access?.isAllowed(header))).toEqual(
    Array.from({ length: 4 }, () => false),
  );
});

test('metrics and the page are shown to those who are known, the health to all', async () => {
  const { url } = await start({ access: both });
  for (const path of ['/', '/metrics', '/other']) {
    const refused = await fetch(url + path);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="metrics", Basic realm="metrics", charset="UTF-8"',
    ]);
    expect(await refused.text()).not.toContain('#');
  }
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const headers = { authorization: 'Bearer second-token-of-many-letters' };
  expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
});

async function tlsFiles(identity: { readonly cert: string; readonly key: string }): Promise<TlsFiles> {
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  await writeFile(files.certFile, identity.cert);
  await writeFile(files.keyFile, identity.key);
  return files;
}

function ask(url: string): Promise<number | undefined> {
  const agent = new Agent({ ca: testAuthority });
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  }).finally(() => agent.destroy()) as Promise<number | undefined>;
}

test('with certificate and key it is served by HTTPS, and by nothing else', async () => {
  const server = await start({ tls: await tlsFiles(serverIdentity) });
  expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
  expect(await ask(`${server.url}/metrics`)).toBe(200);
  await expect(fetch(`http://127.0.0.1:${server.port}/metrics`)).rejects.toThrow();
  expect(await ask(`${server.url}/health`)).toBe(200);
});

test('closing does not wait for connections that never shook hands', async () => {
  const server = await start({ tls: await tlsFiles(serverIdentity) });
  const socket = connect(server.port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  await ask(`${server.url}/health`);
  await server.close(10);
  await closed;
});

test('files that are missing or do not belong together are named, and nothing of the key is told', async () => {
  const files = await tlsFiles(serverIdentity);
  await expect(start({ tls: { ...files, keyFile: join(folder, 'none.pem') } })).rejects.toMatchObject({
    code: 'OBS_TLS_INVALID',
    message: expect.stringContaining('none.pem cannot be read: ENOENT'),
  });
  await writeFile(files.keyFile, '-----BEGIN PRIVATE KEY-----\nc2VjcmV0LWtleQ==\n-----END PRIVATE KEY-----\n');
  const failure = await start({ tls: files }).catch((error: Error) => error);
  expect(failure).toMatchObject({ code: 'OBS_TLS_INVALID', message: expect.stringContaining('cert.pem') });
  expect(JSON.stringify([failure, String(failure)])).not.toContain('c2VjcmV0');
});

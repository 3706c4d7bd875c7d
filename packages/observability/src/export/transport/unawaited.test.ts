import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = new URL('../otlp/open-otlp-transport.ts', import.meta.url);
const loader = createRequire(import.meta.url).resolve('tsx');
const hiding = fileURLToPath(new URL('hide-grpc.fixture.mjs', import.meta.url));

/** Runs a program that has a transport `open(url, protocol)` and a `batch`; how it ended, and after how long. */
async function run(program: string, flags: readonly string[] = [], env: Record<string, string> = {}) {
  const whole = `import { openOtlpTransport } from ${JSON.stringify(fileURLToPath(folder))};
    const open = (url, protocol = 'http/protobuf') =>
      openOtlpTransport({ url, headers: {}, protocol, compression: 'gzip', tls: {} }, { signal: 'logs', timeoutMs: 60_000 });
    const batch = { signal: 'logs', body: new Uint8Array(), contentType: 'application/x-protobuf', records: 1, isImportant: false };
    ${program}`;
  const child = spawn(process.execPath, [...flags, '--import', loader, '--input-type=module', '--eval', whole], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    timeout: 15_000,
  });
  let output = '';
  child.stdout.on('data', (part) => (output += String(part)));
  child.stderr.on('data', (part) => (output += String(part)));
  const code = await new Promise((done) => child.once('close', (status, signal) => done(signal ?? status)));
  return { code, output };
}

describe('a program that has nothing left to do', () => {
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    // Takes connections and says nothing.
    server = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  afterAll(() => server.close());

  const sending = (url: string): string => `
    const transport = await open(${JSON.stringify(url)});
    void transport.send(batch, new AbortController().signal).then(console.log);`;

  it('is not kept by a request that is not answered', async () => {
    expect(await run(sending(`http://127.0.0.1:${port}/`))).toEqual({ code: 0, output: '' });
  });

  it('is not kept by TLS that nobody speaks', async () => {
    expect(await run(sending(`https://127.0.0.1:${port}/`))).toEqual({ code: 0, output: '' });
  });

  it('is not kept by a connection that waits for the next request', async () => {
    const program = `
      import { createServer } from 'node:http';
      const server = createServer((_, response) => response.end()).listen(0, async () => {
        const transport = await open('http://127.0.0.1:' + server.address().port);
        console.log((await transport.send(batch, new AbortController().signal)).kind);
        server.close();
        server.unref();
      });`;
    expect(await run(program)).toEqual({ code: 0, output: 'sent\n' });
  });

  it('is kept by what waits for the outcome, as a flush does', async () => {
    const program = `
      const transport = await open('http://127.0.0.1:${port}');
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 200);
      console.log((await transport.send(batch, abort.signal)).reason);`;
    expect(await run(program)).toEqual({ code: 0, output: 'no answer in time\n' });
  });

  it('is told which package is missing for gRPC', async () => {
    const program = `await open('http://127.0.0.1:4317', 'grpc').catch((error) => console.log(error.message));`;
    expect(await run(program, ['--import', hiding])).toEqual({
      code: 0,
      output:
        'protocol: grpc needs the package @grpc/grpc-js, which is not installed: npm install @grpc/grpc-js, or choose protocol: http/protobuf\n',
    });
  });
});

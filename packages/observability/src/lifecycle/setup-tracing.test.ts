import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeTracesRequest } from '../otlp/decode-request.ts';

const script = fileURLToPath(new URL('./setup-tracing.fixture.ts', import.meta.url));

let spool = '';
let spans = 0;
const collector = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    for (const { scopes } of decodeTracesRequest(gunzipSync(Buffer.concat(parts)), 'protobuf')) {
      for (const scope of scopes) spans += scope.spans.length;
    }
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
beforeEach(async () => {
  spans = 0;
  spool = await mkdtemp(join(tmpdir(), 'alone-'));
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', () => resolve()));
});
afterEach(async () => {
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
  await rm(spool, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function run(how: string): Promise<Ended> {
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const args = ['--import', 'tsx', '--conditions=@autotrader/source', script, how, endpoint];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], STATE_DIRECTORY: spool },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

describe('tracing that was set up on its own', () => {
  it.each<[string, Ended]>([
    ['natural', { code: 0, signal: null }],
    ['signal', { code: null, signal: 'SIGTERM' }],
    ['signal-beside', { code: null, signal: 'SIGTERM' }],
  ])(
    'sends what waits when the process ends: %s',
    async (how, ended) => {
      expect(await run(how)).toEqual(ended);
      expect(spans).toBe(5);
    },
    40_000,
  );

  it('leaves to the disk what waits when the application ends by itself on a signal', async () => {
    expect(await run('own-handler')).toEqual({ code: 7, signal: null });
    expect(spans).toBe(0);
    const kept = await readdir(spool, { recursive: true, withFileTypes: true });
    expect(kept.some((entry) => entry.isFile())).toBe(true);
  }, 40_000);
});

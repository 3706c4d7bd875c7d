import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeTracesRequest } from '../otlp/decode-request.ts';
import type { SpanData } from '../otlp/trace-model.ts';

const script = fileURLToPath(new URL('./ending.fixture.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly Record<string, unknown>[];
  readonly stderr: string;
  readonly elapsedMs: number;
}

interface StartOptions {
  readonly endpoint?: string;
  readonly lines?: number;
  /** Folder of the spool; without it there is none. */
  readonly spool?: string;
  readonly env?: Record<string, string>;
  /** Called with the running child. */
  readonly during?: (child: ChildProcess) => void;
}

function run(how: string, options: StartOptions = {}): Promise<Ended> {
  const startedMs = performance.now();
  const child = fork(script, [how, options.endpoint ?? '', String(options.lines ?? 1_000), options.spool ?? ''], {
    execArgv: ['--import', 'tsx', '--conditions=@autotrader/source'],
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    timeout: 15_000,
    killSignal: 'SIGKILL',
  });
  const output: Buffer[] = [];
  let stderr = '';
  child.stdout?.on('data', (part: Buffer) => output.push(part));
  child.stderr?.on('data', (part) => (stderr += part));
  options.during?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const text = Buffer.concat(output).toString();
      const lines = text.split('\n').filter((line) => line !== '');
      resolve({
        code,
        signal,
        lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
        stderr,
        elapsedMs: performance.now() - startedMs,
      });
    });
  });
}

function indexes({ lines }: Ended): unknown[] {
  return lines.filter(({ event }) => event === 'line_written').map((line) => line['index']);
}

const all = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const servers: { close(): unknown; closeAllConnections?: () => void }[] = [];
let spool = '';
beforeEach(async () => {
  spool = await mkdtemp(join(tmpdir(), 'ending-'));
});
afterEach(async () => {
  await rm(spool, { recursive: true });
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(server: Server | ReturnType<typeof createSocketServer>): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Receives spans. */
async function startCollector(): Promise<{ readonly endpoint: string; readonly spans: SpanData[] }> {
  const spans: SpanData[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const sent = Buffer.concat(parts);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      for (const { scopes } of decodeTracesRequest(body, 'protobuf'))
        spans.push(...scopes.flatMap((scope) => scope.spans));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  return { endpoint: await listen(server), spans };
}

/** How many spans the next start sends, which has none of its own. */
async function replay(): Promise<number> {
  const collector = await startCollector();
  await run('idle', { endpoint: collector.endpoint, lines: 20, spool });
  return collector.spans.length;
}

/** Accepts connections and never answers. */
function startSilentCollector(): Promise<string> {
  return listen(createSocketServer((socket) => socket.on('error', () => undefined)));
}

/** Where nobody listens any more. */
async function refusingEndpoint(): Promise<string> {
  const server = createSocketServer();
  const endpoint = await listen(server);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return endpoint;
}

describe('a process that ends', () => {
  const sendGo = (child: ChildProcess): void => {
    child.once('message', () => child.send('go'));
  };

  it('by SIGTERM right after a burst loses no line and still dies of the signal', async () => {
    // As many as wait for a reader that is kept from reading all the while: the rest of the room is for warnings.
    const ended = await run('signal', { lines: 15_000, during: sendGo });
    expect(ended.signal).toBe('SIGTERM');
    expect(indexes(ended)).toEqual(all(15_000));
    expect(ended.lines.at(-1)).toMatchObject({ event: 'telemetry_shutdown', spans_lost: 0, lines_lost: 0 });
  });

  it.each([
    ['dead', refusingEndpoint],
    ['silent', startSilentCollector],
  ])('for want of work ends by itself although the collector is %s', async (_how, startEndpoint) => {
    const ended = await run('natural', { endpoint: await startEndpoint(), lines: 1 });
    expect(ended.code).toBe(0);
    expect(ended.lines.at(-1)).toMatchObject({ event: 'telemetry_lost', spans: 20 });
  });

  it('for want of work leaves to the next start what the collector did not take', async () => {
    const ended = await run('natural', { endpoint: await refusingEndpoint(), lines: 1, spool });
    expect(ended.code).toBe(0);
    expect(ended.lines.at(-1)).toMatchObject({ event: 'telemetry_spooled', spans: 20, lines: 0 });
    expect(await replay()).toBe(20);
  });

  it('by SIGTERM keeps its lines although the reader is slow', async () => {
    const ended = await run('signal', {
      lines: 5_000,
      during(child) {
        sendGo(child);
        child.stdout?.pause();
        setTimeout(() => child.stdout?.resume(), 1_200);
      },
    });
    expect(ended.signal).toBe('SIGTERM');
    expect(indexes(ended)).toEqual(all(5_000));
  });

  it('as its own handler decides keeps that decision', async () => {
    const ended = await run('own-signal-handler');
    expect(ended.code).toBe(7);
    expect(indexes(ended)).toEqual(all(1_000));
    expect(ended.lines.filter(({ event }) => event === 'telemetry_shutdown')).toHaveLength(1);
  });

  it.each([
    ['natural', 0],
    ['shutdown', 0],
    ['exit', 3],
  ])('by %s loses no line', async (how, code) => {
    const ended = await run(how, { lines: 5_000 });
    expect(ended).toMatchObject({ code, signal: null });
    expect(indexes(ended)).toEqual(all(5_000));
  });

  it('by process.exit keeps also what is logged by the last exit handler', async () => {
    const ended = await run('exit-handler');
    expect(indexes(ended)).toEqual(all(1_000));
    expect(ended.lines.at(-1)).toMatchObject({ event: 'last_words' });
  });

  it('by process.exit says which spans were lost', async () => {
    const ended = await run('exit', { endpoint: await startSilentCollector() });
    expect(ended.lines.at(-1)).toMatchObject({ event: 'telemetry_lost', level: 'WARNING', spans: 20 });
  });

  it.each(['exit', 'throw', 'reject'])('by %s leaves its spans to the next start', async (how) => {
    const ended = await run(how, { endpoint: await startSilentCollector(), spool });
    expect(ended.lines.at(-1)).toMatchObject({ event: 'telemetry_spooled', spans: 20 });
    expect(indexes(ended)).toEqual(all(1_000));
    expect(await replay()).toBe(20);
  });

  it('by SIGTERM with a dead collector leaves its spans to the next start, which sends them once, as they were', async () => {
    const before = Date.now();
    const options = { endpoint: await refusingEndpoint(), spool };
    const ended = await run('signal', { ...options, lines: 10, during: sendGo });
    expect(ended.signal).toBe('SIGTERM');
    expect(ended.lines.at(-1)).toMatchObject({
      event: 'telemetry_shutdown',
      level: 'INFO',
      flushed: 0,
      spooled: 20,
      lost: 0,
      spooled_by_signal: { traces: 20 },
    });
    const collector = await startCollector();
    const second = await run('idle', { endpoint: collector.endpoint, lines: 20, spool });
    const endedBefore = BigInt(Math.ceil(before + ended.elapsedMs)) * 1_000_000n;
    expect(collector.spans).toHaveLength(20);
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(20);
    for (const { endTimeUnixNano } of collector.spans) expect(endTimeUnixNano < endedBefore).toBe(true);
    expect(second.lines.at(-1)).toMatchObject({ event: 'telemetry_shutdown', spooled: 0, lost: 0 });
    await run('idle', { endpoint: collector.endpoint, lines: 0, spool });
    expect(collector.spans).toHaveLength(20);
  }, 40_000);

  it('by an error nobody caught says so at CRITICAL and still crashes', async () => {
    const ended = await run('throw');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('nobody caught this');
    expect(indexes(ended)).toEqual(all(1_000));
    expect(ended.lines.find(({ event }) => event === 'uncaught_exception')).toMatchObject({
      level: 'CRITICAL',
      error: { type: 'TypeError', message: 'nobody caught this, password=[REDACTED]' },
    });
  });

  it('by a rejection nobody awaited says so', async () => {
    const ended = await run('reject');
    expect(ended.code).toBe(1);
    expect(ended.lines.find(({ event }) => event === 'unhandled_rejection')).toMatchObject({
      level: 'CRITICAL',
      error: { type: 'RangeError' },
    });
  });

  it('leaves the application free to go on after an error it handles', async () => {
    const ended = await run('handled-throw');
    expect(ended.code).toBe(0);
    expect(ended.lines.map(({ event }) => event)).toContain('application_decided_to_go_on');
  });

  it('is not the one whose reader goes away', async () => {
    const ended = await run('closed-pipe', { during: (child) => child.stdout?.destroy() });
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: 'still alive\n' });
  });
});

describe('a process whose collector', () => {
  it('answers sends its spans before it ends', async () => {
    const collector = await startCollector();
    const ended = await run('shutdown', { endpoint: collector.endpoint });
    expect(collector.spans).toHaveLength(20);
    expect(ended.lines.at(-1)).toMatchObject({
      event: 'telemetry_shutdown',
      flushed: 20,
      spooled: 0,
      lost: 0,
      spans_sent: 20,
      spans_lost: 0,
    });
  });

  it('is silent shuts down within its budget, says what that cost, and is not kept alive', async () => {
    const started = await run('shutdown', { lines: 1 });
    const ended = await run('shutdown', { endpoint: await startSilentCollector() });
    expect(ended.code).toBe(0);
    expect(indexes(ended)).toEqual(all(1_000));
    const last = ended.lines.at(-1);
    expect(last).toMatchObject({ event: 'telemetry_shutdown', level: 'WARNING', spans_sent: 0, spans_lost: 20 });
    expect(Number(last?.['duration_seconds'])).toBeLessThan(2);
    // Against the same process without a collector, because starting a process takes its time here.
    expect(ended.elapsedMs - started.elapsedMs).toBeLessThan(5_000);
  });

  it('is silent shuts down within its budget also with a spool, which then holds the spans', async () => {
    const ended = await run('shutdown', { endpoint: await startSilentCollector(), spool });
    const last = ended.lines.at(-1);
    expect(last).toMatchObject({ event: 'telemetry_shutdown', level: 'INFO', flushed: 0, spooled: 20, lost: 0 });
    expect(Number(last?.['duration_seconds'])).toBeLessThan(2);
    expect(await replay()).toBe(20);
  });

  it('refuses connections says so once and ends early', async () => {
    const ended = await run('shutdown', { endpoint: await refusingEndpoint() });
    const events = ended.lines.map(({ event }) => event);
    expect(events.filter((event) => event === 'exporter_failing')).toHaveLength(1);
    expect(ended.lines.at(-1)).toMatchObject({ event: 'telemetry_shutdown', spans_lost: 20 });
  });
});

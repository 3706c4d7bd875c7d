import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** What a request was answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Everything that could be seen of a service while it was asked. */
export interface Appearance {
  readonly answers: readonly Answer[];
  /** Lines of ours about requests. */
  readonly requests: readonly Readonly<Record<string, unknown>>[];
  /** Whatever else it wrote. */
  readonly others: readonly string[];
  /** Names of the spans that an OTLP receiver got. */
  readonly spans: readonly string[];
  /** Text of /metrics; undefined where nobody serves it. */
  readonly metrics: string | undefined;
}

/** Starts one of an example's programs, sends it the same requests, ends it by SIGTERM. */
export async function appearanceOf(folder: URL, program: string, flags: readonly string[]): Promise<Appearance> {
  const receiver = await startReceiver();
  // Of its own, so that it does not send what an earlier one could not.
  const state = mkdtempSync(join(tmpdir(), 'retrofit-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const child = fork(fileURLToPath(new URL(program, folder)), {
    cwd: fileURLToPath(folder),
    execArgv: [...flags],
    env: {
      ...process.env,
      PORT: '0',
      METRICS_PORT: '0',
      STATE_DIRECTORY: state,
      OTEL_SERVICE_NAME: 'retrofit',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [url] = (await once(child, 'message')) as [string];
  const answers = await ask(url);
  const lines = () => output.split('\n').flatMap(toLine);
  const at = lines().find(({ event }) => event === 'listening')?.['url'];
  const metrics = at === undefined ? undefined : await (await fetch(String(at))).text();
  child.kill('SIGTERM');
  await once(child, 'close');
  return {
    answers,
    requests: lines().filter(({ event }) => event === 'api_request_completed'),
    others: output.split('\n').filter((text) => text !== '' && toLine(text).length === 0),
    spans: receiver.spans,
    metrics,
  };
}

async function ask(url: string): Promise<Answer[]> {
  const added = { method: 'POST', body: '{"name":"lamp"}', headers: { 'content-type': 'application/json' } };
  const answers: Answer[] = [];
  for (const [path, init] of [
    ['/items/42?api_key=hunter2', {}],
    ['/items', added],
    ['/broken', {}],
    ['/nowhere/17', {}],
  ] as const) {
    const response = await fetch(url + path, init);
    const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
    answers.push({ status: response.status, headers, body: await response.text() });
  }
  return answers;
}

/** Without the two headers that name a request. */
export function unnamed(answers: readonly Answer[]): Answer[] {
  return answers.map(({ headers, ...answer }) => {
    const { 'x-trace-id': _trace, 'x-request-id': _request, ...rest } = headers;
    return { ...answer, headers: rest };
  });
}

interface TracesRequest {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[];
  }[];
}

/** Takes OTLP/HTTP as JSON. */
async function startReceiver(): Promise<{ readonly url: string; readonly spans: string[] }> {
  const spans: string[] = [];
  const server = createServer(async (request, response) => {
    const isPacked = request.headers['content-encoding'] === 'gzip';
    const body = await json(isPacked ? request.pipe(createGunzip()) : request);
    if (request.url === '/v1/traces') {
      const { resourceSpans } = body as TracesRequest;
      for (const { scopeSpans } of resourceSpans)
        for (const scope of scopeSpans) spans.push(...scope.spans.map(({ name }) => name));
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans };
}

function toLine(text: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(text) as Record<string, unknown>];
  } catch {
    return [];
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { assertEqual, toComparableLines } from './equal-output.ts';
import { type Setup, setups } from './http-service-apps.ts';
import { quantile } from './interleaved.ts';
import type { Effort, Finding, Measurement, Question } from './question.ts';
import { countSpans } from './span-count.ts';

const program = fileURLToPath(new URL('./http-service-process.js', import.meta.url));
const connections = 50;
const roundSeconds = 1;

export const httpService: Question = {
  row: 9,
  name: 'http-service',
  asks: 'An HTTP service with logs, metrics and traces',
  does: 'one request to a Fastify route with a parameter, 50 connections, each service in a process of its own; one line with ids, three metrics and one sampled span for each request, which neither side exports',
  peers: ['fastify', 'pino', 'prom-client', '@fastify/otel'],
  async answer(effort) {
    await assertSameTelemetry();
    const without = await measureAll(effort, undefined);
    const collector = await startCollector();
    const exporting = await measureAll(effort, collector);
    collector.server.close();
    collector.server.closeAllConnections();
    return {
      measurements: without.map(toMeasurement),
      findings: [
        {
          ...compareRates('ours / bare Fastify', without, ['ours', 'bare']),
          target: { bound: 'at least', value: 0.75 },
        },
        { ...compareRates('ours / peers', without, ['ours', 'peers']), target: { bound: 'at least', value: 2 } },
        compareRates('ours / bare Fastify, both exporting to a receiver on this machine', exporting, ['ours', 'bare']),
        compareRates('ours / peers, both exporting to a receiver on this machine', exporting, ['ours', 'peers']),
        ...exporting.flatMap(toArrived),
      ],
      equal:
        'the same answers, the same three metrics with the same values, one line with ids and one span for each request',
    };
  },
};

interface Rates {
  readonly setup: Setup;
  /** Requests per second, a round each. */
  readonly perSecond: readonly number[];
  readonly requests: number;
  /** Spans that reached the receiver. */
  readonly arrived: number | undefined;
}

interface Collector {
  readonly server: Server;
  readonly url: string;
  /** Received, by the service that sent them. */
  readonly spansOf: Map<Setup, number>;
}

/** All services stay up, so that what the machine does meanwhile hits them alike; only one is asked at a time. */
async function measureAll(effort: Effort, collector: Collector | undefined): Promise<readonly Rates[]> {
  const rounds = Math.max(3, Math.round(effort.processes / 3));
  const services = await Promise.all(
    setups.map((setup) => startService(setup, collector && `${collector.url}/${setup}`)),
  );
  const perSecond = new Map<Setup, number[]>(setups.map((setup) => [setup, []]));
  const requests = new Map<Setup, number>();
  try {
    for (const service of services) await load(service.port, 2 * roundSeconds);
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < services.length; turn += 1) {
        const service = services[(round + turn) % services.length];
        if (service === undefined) continue;
        const { rate, total } = await load(service.port, roundSeconds);
        perSecond.get(service.setup)?.push(rate);
        requests.set(service.setup, (requests.get(service.setup) ?? 0) + total);
      }
    }
  } finally {
    for (const { child } of services) child.kill('SIGKILL');
  }
  return setups.map((setup) => ({
    setup,
    perSecond: perSecond.get(setup) ?? [],
    requests: requests.get(setup) ?? 0,
    arrived: collector?.spansOf.get(setup),
  }));
}

interface RunningService {
  readonly setup: Setup;
  readonly child: ChildProcess;
  readonly port: number;
}

async function startService(setup: Setup, collector: string | undefined, stdout: 'ignore' | 'pipe' = 'ignore') {
  const child = fork(program, [setup, ...(collector === undefined ? [] : ['--collector', collector])], {
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }];
  return { setup, child, port } satisfies RunningService;
}

async function load(port: number, seconds: number): Promise<{ readonly rate: number; readonly total: number }> {
  const result = await autocannon({ url: `http://127.0.0.1:${port}/items/17`, connections, duration: seconds });
  const good = result['2xx'];
  if (result.non2xx > 0 || result.errors > 0 || good === 0) throw new Error('not every request was answered with 200');
  return { rate: good / result.duration, total: good };
}

/** Of the rounds in which both took their turn, the median. */
function compareRates(what: string, rates: readonly Rates[], [a, b]: readonly [Setup, Setup]): Finding {
  const roundsOf = (setup: Setup): readonly number[] =>
    rates.find((candidate) => candidate.setup === setup)?.perSecond ?? [];
  const others = roundsOf(b);
  const ratios = roundsOf(a).map((rate, round) => rate / (others[round] ?? Number.NaN));
  return {
    what,
    value: quantile(
      ratios.sort((left, right) => left - right),
      0.5,
    ),
    unit: '×',
  };
}

function toMeasurement({ setup, perSecond }: Rates): Measurement {
  const times = perSecond.map((rate) => 1e9 / rate).sort((left, right) => left - right);
  return {
    name: setup === 'bare' ? 'bare Fastify' : setup,
    medianNs: quantile(times, 0.5),
    quickestNs: times[0] ?? Number.NaN,
    p99Ns: quantile(times, 0.99),
    unit: 'request',
  };
}

/** What became of the spans; told, because a side that loses most of them has less to send. */
function toArrived({ setup, requests, arrived }: Rates): readonly Finding[] {
  if (setup === 'bare' || arrived === undefined) return [];
  return [{ what: `spans that arrived, of those made (${setup})`, value: arrived / requests, unit: '×' }];
}

/** Takes everything and keeps nothing but how much it was. */
async function startCollector(): Promise<Collector> {
  const spansOf = new Map<Setup, number>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const sender = setups.find((setup) => request.url?.startsWith(`/${setup}/`));
      if (sender !== undefined) spansOf.set(sender, (spansOf.get(sender) ?? 0) + countSpans(Buffer.concat(parts)));
      response.setHeader('content-type', 'application/x-protobuf');
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spansOf };
}

const askedOfEach = 20;

/** Both sides are asked the same; what they say of it must be the same. */
async function assertSameTelemetry(): Promise<void> {
  const collector = await startCollector();
  try {
    const ours = await observe('ours', collector);
    const peers = await observe('peers', collector);
    const bare = await observe('bare', collector);
    assertEqual(ours.answers, bare.answers, 'answers');
    assertEqual(peers.answers, bare.answers, 'answers of the peers');
    assertEqual(ours.metrics, peers.metrics, 'metrics');
    assertEqual(ours.lines, peers.lines, 'lines');
    assertEqual(ours.lines.length, askedOfEach, 'number of lines');
    assertEqual([ours.spans, peers.spans], [askedOfEach, askedOfEach], 'number of spans');
  } finally {
    collector.server.close();
    collector.server.closeAllConnections();
  }
}

interface Observed {
  readonly answers: readonly string[];
  readonly metrics: readonly string[];
  readonly lines: readonly object[];
  readonly spans: number;
}

async function observe(setup: Setup, collector: Collector): Promise<Observed> {
  const { child, port } = await startService(setup, `${collector.url}/${setup}`, 'pipe');
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const answers: string[] = [];
  for (let id = 0; id < askedOfEach; id += 1) {
    answers.push(await (await fetch(`http://127.0.0.1:${port}/items/${id}`)).text());
  }
  const isComplete = (): boolean =>
    setup === 'bare' ||
    (collector.spansOf.get(setup) === askedOfEach && output.split('api_request_completed').length > askedOfEach);
  // Spans are sent every five seconds by default.
  for (const endAt = performance.now() + 15_000; !isComplete() && performance.now() < endAt; ) await pause(20);
  child.send('report');
  const [{ metrics }] = (await once(child, 'message')) as [{ readonly metrics: string }];
  child.kill('SIGKILL');
  return { answers, metrics: toCounts(metrics), lines: toLines(output), spans: collector.spansOf.get(setup) ?? 0 };
}

/** Without what depends on how long it took. */
function toCounts(metrics: string): readonly string[] {
  return ['api_requests_total', 'api_request_duration_seconds_count', 'active_api_requests'].flatMap((metric) =>
    toComparableLines(metrics, metric),
  );
}

function toLines(output: string): readonly object[] {
  return output
    .split('\n')
    .filter((line) => line.includes('api_request_completed'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .map(
      ({ method, endpoint, path, status_code: statusCode, trace_id: traceId, span_id: spanId, duration_ms: ms }) => ({
        ...{ method, endpoint, path, statusCode },
        hasIds: /^[\da-f]{32} [\da-f]{16}$/.test(`${traceId} ${spanId}`),
        hasDuration: typeof ms === 'number',
      }),
    );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

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
  does: 'one request to a Fastify route with a parameter, 50 connections, each service in a process of its own; one line with ids, three metrics and one sampled span for each request, which neither side exports unless it says so; requests per second of the processor unless it says otherwise',
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
        toFinding('ours / bare Fastify', without, { pair: ['ours', 'bare'], target: 0.75 }),
        toFinding('ours / peers', without, { pair: ['ours', 'peers'], target: 2 }),
        toFinding('ours / bare Fastify, requests per second', without, { pair: ['ours', 'bare'], of: 'perSecond' }),
        toFinding('ours / peers, requests per second', without, { pair: ['ours', 'peers'], of: 'perSecond' }),
        toFinding('ours / bare Fastify, exporting', exporting, { pair: ['ours', 'bare'] }),
        toFinding('ours / peers, both exporting', exporting, { pair: ['ours', 'peers'] }),
        ...exporting.flatMap(toArrived),
      ],
      equal:
        'the same answers, the same three metrics with the same values, one line with ids and one span for each request',
    };
  },
};

interface Comparing {
  readonly pair: readonly [Setup, Setup];
  readonly target?: number;
  readonly of?: keyof Round;
}

function toFinding(
  what: string,
  rates: readonly Rates[],
  { pair, target, of = 'perProcessorSecond' }: Comparing,
): Finding {
  const value = compareRates(rates, pair, of);
  return { what, value, unit: '×', ...(target === undefined ? {} : { target: { bound: 'at least', value: target } }) };
}

interface Rates {
  readonly setup: Setup;
  readonly rounds: readonly Round[];
  /** Spans that reached the receiver, of those made. */
  readonly arrived: number | undefined;
}

/**
 * What a service did in a round. A service that has a core to itself answers as many requests as the time of the processor
 * that each takes allows; that time is what others on the machine cannot take away from one side alone.
 */
interface Round {
  readonly perSecond: number;
  readonly perProcessorSecond: number;
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
  const done = new Map<Setup, Round[]>(setups.map((setup) => [setup, []]));
  const requests = new Map<Setup, number>();
  const take = async (service: RunningService, seconds: number): Promise<Round> => {
    const { total, ...round } = await load(service, seconds);
    requests.set(service.setup, (requests.get(service.setup) ?? 0) + total);
    return round;
  };
  try {
    for (const service of services) await take(service, 2 * roundSeconds);
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < services.length; turn += 1) {
        const service = services[(round + turn) % services.length];
        if (service !== undefined) done.get(service.setup)?.push(await take(service, roundSeconds));
      }
    }
    if (collector !== undefined) await waitForSpans(collector, requests);
  } finally {
    for (const { child } of services) child.kill('SIGKILL');
  }
  return setups.map((setup) => {
    const received = collector?.spansOf.get(setup);
    return {
      setup,
      rounds: done.get(setup) ?? [],
      arrived: received === undefined ? undefined : received / (requests.get(setup) ?? 0),
    };
  });
}

const longestWaitMs = 10_000;

/** What still waits goes out within seconds; what does not come any more is lost. */
async function waitForSpans({ spansOf }: Collector, requests: ReadonlyMap<Setup, number>): Promise<void> {
  const isThere = (setup: Setup): boolean =>
    setup === 'bare' || (spansOf.get(setup) ?? 0) >= (requests.get(setup) ?? 0);
  for (const endAt = performance.now() + longestWaitMs; performance.now() < endAt && !setups.every(isThere); ) {
    await pause(100);
  }
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

async function load(service: RunningService, seconds: number): Promise<Round & { readonly total: number }> {
  const before = await report(service);
  const result = await autocannon({ url: `http://127.0.0.1:${service.port}/items/17`, connections, duration: seconds });
  const after = await report(service);
  const total = result['2xx'];
  if (result.non2xx > 0 || result.errors > 0 || total === 0) throw new Error('not every request was answered with 200');
  const processorSeconds = (after.cpuMicros - before.cpuMicros) / 1e6;
  return { perSecond: total / result.duration, perProcessorSecond: total / processorSeconds, total };
}

interface Report {
  readonly metrics: string;
  readonly cpuMicros: number;
}

async function report({ child }: RunningService): Promise<Report> {
  child.send('report');
  const [answer] = (await once(child, 'message')) as [Report];
  return answer;
}

/** Of the rounds in which both took their turn, the median. */
function compareRates(rates: readonly Rates[], [a, b]: readonly [Setup, Setup], of: keyof Round): number {
  const roundsOf = (setup: Setup): readonly Round[] =>
    rates.find((candidate) => candidate.setup === setup)?.rounds ?? [];
  const others = roundsOf(b);
  const ratios = roundsOf(a).map((round, index) => round[of] / (others[index]?.[of] ?? Number.NaN));
  return quantile(
    ratios.sort((left, right) => left - right),
    0.5,
  );
}

function toMeasurement({ setup, rounds }: Rates): Measurement {
  const times = rounds.map(({ perProcessorSecond }) => 1e9 / perProcessorSecond).sort((left, right) => left - right);
  return {
    name: setup === 'bare' ? 'bare Fastify' : setup,
    medianNs: quantile(times, 0.5),
    quickestNs: times[0] ?? Number.NaN,
    p99Ns: quantile(times, 0.99),
    unit: 'request',
  };
}

/** Told, because a side that loses most of them has less to send. */
function toArrived({ setup, arrived }: Rates): readonly Finding[] {
  if (setup === 'bare' || arrived === undefined) return [];
  return [{ what: `spans that arrived, of those made (${setup})`, value: arrived, unit: '×' }];
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
  const { metrics } = await report({ setup, child, port });
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

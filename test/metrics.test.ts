import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FaultRule, Simulator } from '@autotrader/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository, toProcess } from './harness/autotrader.ts';
import { eventually } from './harness/eventually.ts';
import { type Family, readFamilies } from './harness/exposition-lines.ts';
import { findProgram } from './harness/machine.ts';
import { openSimulator } from './harness/open-simulator.ts';
import { type OtlpReceiver, startOtlpReceiver } from './harness/otlp-receiver.ts';
import { type System, startSystem } from './harness/system.ts';
import { createWorkFolder, removeFolder } from './harness/work-folder.ts';

interface DeclaredMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly { readonly name: string }[];
}

/** Declared metrics that this run cannot make happen, each with the reason. */
const cannotOccurHere: Readonly<Record<string, string>> = {
  metrics_collector_errors_total: 'no collector of the system fails',
  metrics_series_overflow_total: 'every label has room for far more values than this market has',
  traces_held: 'only tail sampling holds traces, and it is off as shipped',
  traces_held_bytes: 'as traces_held',
};

const settings = `
  scan: { deadline: 4s }
  worker: { poll: 200ms }
  sources:
    coingecko: &quick { timeout_ms: 1000, breaker_failures: 2, breaker_open_ms: 500, cool_down_ms: 100 }
    dexscreener: *quick
    goplus: *quick`;

/** Lines reach a receiver, spans meet one that refuses them and one that is not there, with a queue that is soon full. */
const toTelemetry = (receiver: string, refusing: string): string => `observability:
  service_name: autotrader
  logging:
    exporters: { otlp: { enabled: true, endpoint: '${receiver}' } }
  tracing:
    exporters:
      otlp: { enabled: true, endpoint: 'http://127.0.0.1:9' }
      jaeger: { enabled: true, endpoint: '${refusing}' }
  performance: { span_max_queue_size: 32, span_batch_size: 16, span_export_delay_seconds: 0.2 }
`;

/** Answers that it will never take what it is sent. */
async function startRefusing(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(400).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function declaredMetrics(): readonly DeclaredMetric[] {
  const document = JSON.parse(readFileSync(join(repository, 'docs', 'metrics.json'), 'utf8'));
  return document.metrics;
}

const faults: readonly FaultRule[] = [
  { fault: 'wrong_numbers', options: { factor: -1 } },
  { fault: 'wrong_numbers', options: { factor: 1_000, keys: ['market_cap'] } },
  { fault: 'rate_limit' },
  { fault: 'malformed_json' },
  { fault: 'error_body' },
];

/**
 * The first round, which nobody asks for, meets an outage. Then some tokens per fault, each before anything about it is
 * in the cache, and at last everything until all is well again.
 */
async function drill(system: System, simulator: Simulator): Promise<void> {
  const symbols = (await system.client.tokens()).tokens.map(({ symbol }) => symbol);
  await system.scanAndWait();
  for (const fault of faults) {
    simulator.setFaults([]);
    await eventually('the breakers closed again', async () => {
      await system.scanAndWait(symbols.splice(0, 1));
      return allClosed(await system.scrape()) || undefined;
    });
    simulator.setFaults([fault]);
    // Several: a token that lacks the number in question would not show the fault.
    await system.scanAndWait(symbols.splice(0, 4));
  }
  simulator.setFaults([]);
  await eventually('the breakers closed again', async () => {
    await system.scanAndWait();
    return allClosed(await system.scrape()) || undefined;
  });
}

function allClosed(text: string): boolean {
  return (
    readFamilies(text)
      .get('circuit_breaker_state')
      ?.samples.every(({ value }) => value === 0) ?? true
  );
}

/** What a client can do wrong. */
async function misuse(apiUrl: string): Promise<void> {
  await fetch(new URL('/api/tokens/NOPE', apiUrl));
  await fetch(new URL('/api/tokens', apiUrl), { method: 'PROPFIND' });
  await fetch(new URL('/api/scans', apiUrl), {
    method: 'POST',
    body: '{',
    headers: { 'content-type': 'application/json' },
  });
}

describe('metrics of the running system after a full scan and a drill of faults', () => {
  let folder: string;
  let simulator: Simulator;
  let system: System;
  let receiver: OtlpReceiver;
  let refusing: Server;
  let text: string;
  let families: ReadonlyMap<string, Family>;

  beforeAll(async () => {
    folder = await createWorkFolder();
    [receiver, refusing] = await Promise.all([startOtlpReceiver(), startRefusing()]);
    const { port } = refusing.address() as AddressInfo;
    await writeFile(join(folder, 'telemetry.yaml'), toTelemetry(receiver.url, `http://127.0.0.1:${port}`));
    simulator = await openSimulator({ seed: 11, size: 40, faults: [{ fault: 'outage' }] });
    const env = { OBSERVABILITY_CONFIG: join(folder, 'telemetry.yaml') };
    system = await startSystem({ folder, simulator, settings, env });
    await drill(system, simulator);
    await misuse(system.apiUrl);
    text = await system.scrape();
    families = readFamilies(text);
  }, 120_000);

  afterAll(async () => {
    await system?.process.stop('SIGKILL');
    await simulator?.close();
    await receiver?.close();
    refusing?.close();
    refusing?.closeAllConnections();
    await removeFolder(folder);
  });

  it('every declared metric has a sample, but for those that cannot occur here', () => {
    const silent = declaredMetrics().filter(({ name }) => (families.get(name)?.samples.length ?? 0) === 0);
    expect(silent.map(({ name }) => name).toSorted()).toEqual(Object.keys(cannotOccurHere).toSorted());
  });

  it('nothing is exposed that is not declared, nor under another type', () => {
    const declared = new Map(declaredMetrics().map(({ name, type }) => [name, type]));
    const strangers = [...families].filter(([name, { type }]) => declared.get(name) !== type);
    expect(strangers.map(([name]) => name)).toEqual([]);
  });

  it('a sample has exactly the labels that were declared', () => {
    for (const { name, labels } of declaredMetrics()) {
      const expected = labels.map((label) => label.name).toSorted();
      for (const sample of families.get(name)?.samples ?? []) {
        const found = [...sample.labels.matchAll(/([a-zA-Z_]\w*)="/g)].map(([, label]) => label);
        expect(found.filter((label) => label !== 'le' && label !== 'quantile').toSorted(), name).toEqual(expected);
      }
    }
  });

  it('no label value is an address, a URL or a path with an id in it', () => {
    for (const [name, { samples }] of families) {
      for (const { labels } of samples) expect(labels, name).not.toMatch(/0x[0-9a-f]{6}|https?:|\/NOPE/i);
    }
  });

  it.skipIf(findProgram('promtool') === null)('promtool finds nothing to complain about', async () => {
    const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const promtool = toProcess(child);
    child.stdin.end(text);
    const { code } = await promtool.ended;
    expect({ code, says: promtool.stderr.text + promtool.stdout.text }).toEqual({ code: 0, says: '' });
  });
});

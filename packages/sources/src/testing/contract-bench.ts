import assert from 'node:assert/strict';
import { defaultRegistry, type Sample } from '@autotrader/observability';
import { createSources } from '../create-sources.ts';
import type { SourceDeclaration } from '../define-source.ts';
import type { SourceFake } from '../imitation/market-token.ts';
import type { SourceName } from '../registry.ts';
import type { AskedCall, SourceReport } from '../report.ts';
import { sourceSettingsSchema } from '../settings.ts';
import type { Sources } from '../sources.ts';
import type { Token } from '../token.ts';
import { sampleMarket, sampleNowMs, sampleToken } from './sample-market.ts';
import { type SourceServer, startSourceServer } from './source-server.ts';

/** One source, live, in front of a server that imitates it. */
export interface Bench {
  readonly server: SourceServer;
  readonly sources: Sources;
  /** The endpoint that is asked for the sample token. */
  readonly endpoint: string;
  collect(request?: { token?: Token; withinMs?: number; signal?: AbortSignal }): Promise<SourceReport>;
  /** Moves the clock that ages are measured by. */
  advance(ms: number): void;
  /** How much a counter of the endpoint grew since the bench was set up. */
  counted(metric: string, labels?: Readonly<Record<string, string>>): number;
  breaker(): string | undefined;
}

export interface BenchSettings {
  readonly [key: string]: unknown;
}

/** Quick and generous, so that a test meets no limit but the one it is about. */
const benchSettings: BenchSettings = {
  requests_per_minute: 600_000,
  burst: 1_000,
  timeout_ms: 10_000,
  cool_down_ms: 60_000,
};

const counters = [
  'data_source_requests_total',
  'data_source_errors_total',
  'data_source_latency_seconds_count',
  'data_source_cache_hits_total',
  'data_source_cache_misses_total',
  'circuit_breaker_trips_total',
  'circuit_breaker_recoveries_total',
];

/** Sets up server and source, runs the test, and takes both down again. */
export async function withBench(
  { source, fake, settings }: { source: SourceDeclaration<SourceName>; fake: SourceFake; settings?: BenchSettings },
  test: (bench: Bench) => Promise<void>,
): Promise<void> {
  const server = await startSourceServer((request) => fake.answer(request, sampleMarket));
  const clock = { nowMs: sampleNowMs };
  const sources = createSources({
    settings: sourceSettingsSchema.parse({ [source.name]: { ...benchSettings, base_url: server.url, ...settings } }),
    now: () => clock.nowMs,
    // No pause between retries.
    random: () => 0,
  });
  const [endpoint] = await endpointsAsked(source);
  const before = defaultRegistry().samples();
  try {
    await test({
      server,
      sources,
      endpoint: endpoint ?? '',
      collect: ({ token = sampleToken, withinMs = 30_000, signal } = {}) =>
        sources.collect(source.name, token, {
          deadlineAtMs: clock.nowMs + withinMs,
          ...(signal === undefined ? {} : { signal }),
        }),
      advance(ms) {
        clock.nowMs += ms;
      },
      counted(metric, labels = {}) {
        const own = { source: source.name, ...labels };
        return total(defaultRegistry().samples(), metric, own) - total(before, metric, own);
      },
      breaker: () => sources.breakers().find((row) => row.source === source.name && row.endpoint === endpoint)?.state,
    });
  } finally {
    await sources.close();
    await server.close();
  }
}

type Labels = Readonly<Record<string, string>>;

function total(samples: readonly Sample[], metric: string, labels: Labels): number {
  assert.ok(counters.includes(metric), `${metric} is not one of the counters of the bench`);
  return samples
    .filter((sample) => sample.name === metric)
    .filter((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value))
    .reduce((sum, sample) => sum + sample.value, 0);
}

/** Found out by asking the declaration with an `ask` that answers nothing. */
async function endpointsAsked(source: SourceDeclaration<SourceName>): Promise<readonly string[]> {
  const names: string[] = [];
  await source.collect(
    sampleToken,
    Object.assign(
      async (endpoint: { readonly name: string }) => {
        names.push(endpoint.name);
        return { endpoint, answered: false } as never;
      },
      { notApplicable: () => undefined },
    ),
  );
  return names;
}

/** The call of a report that is about the sample token's endpoint, which comes first. */
export function firstCall(report: SourceReport): AskedCall {
  const [call] = report.calls;
  assert.ok(call, 'the report lists no call');
  return call;
}

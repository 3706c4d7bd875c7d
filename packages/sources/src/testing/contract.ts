import assert from 'node:assert/strict';
import type { SourceDeclaration } from '../define-source.ts';
import type { SourceFake } from '../imitation/market-token.ts';
import type { SourceName } from '../registry.ts';
import type { SourceReport } from '../report.ts';
import type { SourceErrorKind } from '../source-error.ts';
import { type Bench, type BenchSettings, firstCall, withBench } from './contract-bench.ts';
import { faultCases } from './contract-faults.ts';
import { unknownToken } from './sample-market.ts';

/** `describe` and `it` of whichever test runner; this package depends on none. */
export interface TestRunner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
}

export interface ContractOptions {
  readonly runner: TestRunner;
  readonly fake: SourceFake;
  /** What the fake's `errorInsideSuccess` is. */
  readonly errorInsideSuccess: SourceErrorKind;
}

/**
 * What every source promises, whatever it is: the readings, retries, breaker, limits and metrics of good and bad days.
 * Runs against a real HTTP server that answers as the source's fake does.
 */
export function describeSource(source: SourceDeclaration<SourceName>, options: ContractOptions): void {
  const { runner, fake } = options;
  const check = (name: string, test: (bench: Bench) => Promise<void>, settings: BenchSettings = {}): void =>
    runner.it(name, () => withBench({ source, fake, settings }, test));

  runner.describe(`${source.name} as a source`, () => {
    check('tells all it declares, fresh, with one request', answersFresh(source));
    check('answers from its cache while that is fresh', answersFromCache);
    check('sends one request for many who ask at once', sharesOneRequest);
    check('says "no record" of an unknown token and believes that for a while', knowsTheUnknown);
    check('asks nothing when it is switched off', staysSilent, { enabled: false });
    check('gives up at the deadline', givesUpAtDeadline);
    check('gives up when the caller does', givesUpOnAbort);
    check('stands in with an old answer when it cannot be asked', standsInWithOldAnswer(source));
    check('gives up what is under way when it is closed', givesUpWhenClosed);
    check('asks nothing after its deadline', asksNothingTooLate);
    check('answers "not asked" once closed', answersNotAskedOnceClosed);
    check('keeps its key to itself', keepsItsKey, { api_key: secret });
  });
  runner.describe(`${source.name} on bad days`, () => {
    for (const { name, settings, run } of faultCases(options)) check(name, run, settings);
  });
}

/** Reasons of all readings and checks that are missing. */
export function reasonsOf(report: SourceReport): readonly string[] {
  const readings = [...Object.values(report.quantities), ...Object.values(report.checks)];
  const reasons = readings.flatMap((reading) => ('reason' in reading ? [reading.reason] : []));
  return [...new Set(reasons)];
}

function answersFresh(source: SourceDeclaration<SourceName>) {
  return async ({ collect, server, endpoint, breaker, counted }: Bench): Promise<void> => {
    const report = await collect();
    const { tells } = source.endpoints.find((declared) => declared.name === endpoint) ?? assert.fail();
    assert.deepEqual(Object.keys(report.quantities).toSorted(), [...tells.quantities].toSorted());
    assert.deepEqual(Object.keys(report.checks).toSorted(), [...tells.checks].toSorted());
    const states = new Set(Object.values(report.quantities).map((reading) => reading.state));
    assert.ok(states.has('fresh') && !states.has('stale'));
    assert.deepEqual(new Set(['not_reported', ...reasonsOf(report)]), new Set(['not_reported']));
    const call = firstCall(report);
    assert.equal(call.outcome, 'answered');
    assert.equal(call.obtained, 'network');
    assert.equal(call.attempts, 1);
    assert.equal(server.requests.length, 1);
    assert.equal(server.requests[0]?.headers['accept'], 'application/json');
    assert.match(server.requests[0]?.headers['user-agent'] ?? '', /autotrader/);
    assert.equal(breaker(), 'closed');
    assert.equal(counted('data_source_requests_total', { endpoint, status: 'success' }), 1);
    assert.equal(counted('data_source_latency_seconds_count', { endpoint }), 1);
    assert.equal(counted('data_source_cache_misses_total', { endpoint }), 1);
    assert.equal(counted('data_source_errors_total'), 0);
  };
}

async function answersFromCache({ collect, server, endpoint, counted }: Bench): Promise<void> {
  const first = await collect();
  const second = await collect();
  assert.equal(firstCall(second).obtained, 'cache');
  assert.equal(firstCall(second).attempts, 0);
  assert.deepEqual(valuesOf(second), valuesOf(first));
  assert.equal(server.requests.length, 1);
  assert.equal(counted('data_source_cache_hits_total', { endpoint }), 1);
}

async function sharesOneRequest({ collect, server, counted }: Bench): Promise<void> {
  const reports = await Promise.all(Array.from({ length: 8 }, () => collect()));
  assert.ok(reports.every((report) => firstCall(report).outcome === 'answered'));
  assert.equal(server.requests.length, 1);
  assert.equal(counted('data_source_requests_total'), 1);
}

async function knowsTheUnknown({ collect, server, breaker, counted }: Bench): Promise<void> {
  const report = await collect({ token: unknownToken });
  assert.deepEqual(reasonsOf(report), ['no_record']);
  assert.equal(firstCall(report).outcome, 'no_record');
  await collect({ token: unknownToken });
  assert.equal(server.requests.length, 1);
  assert.equal(breaker(), 'closed');
  assert.equal(counted('data_source_requests_total', { status: 'not_found' }), 1);
  assert.equal(counted('data_source_errors_total'), 0);
}

async function staysSilent({ collect, server }: Bench): Promise<void> {
  assert.deepEqual(reasonsOf(await collect()), ['not_asked']);
  assert.equal(server.requests.length, 0);
}

async function givesUpAtDeadline({ collect, server, breaker }: Bench): Promise<void> {
  server.setFaults([{ kind: 'silence' }], true);
  assert.deepEqual(reasonsOf(await collect({ withinMs: 60 })), ['deadline']);
  assert.equal(breaker(), 'closed');
}

async function givesUpOnAbort({ collect, server }: Bench): Promise<void> {
  server.setFaults([{ kind: 'silence' }], true);
  assert.deepEqual(reasonsOf(await collect({ signal: AbortSignal.timeout(30) })), ['deadline']);
  assert.deepEqual(reasonsOf(await collect({ signal: AbortSignal.abort() })), ['deadline']);
}

function standsInWithOldAnswer(source: SourceDeclaration<SourceName>) {
  return async ({ collect, server, advance, endpoint }: Bench): Promise<void> => {
    const { ttlMs, staleForMs } = source.endpoints.find((declared) => declared.name === endpoint) ?? assert.fail();
    const first = await collect();
    server.setFaults([{ kind: 'reply', reply: { status: 500, headers: {}, body: 'oops' } }], true);
    advance(ttlMs + 1);
    const late = await collect();
    assert.equal(firstCall(late).obtained, 'stale_cache');
    assert.match(firstCall(late).detail ?? '', /^server: /);
    const stale = Object.values(late.quantities).filter((reading) => reading.state === 'stale');
    assert.ok(stale.length > 0 && stale.every((reading) => reading.ageMs >= ttlMs));
    assert.deepEqual(valuesOf(late), valuesOf(first));
    advance(staleForMs);
    // The breaker may have opened meanwhile; either way nothing is made up.
    assert.ok(['server', 'breaker_open'].includes(reasonsOf(await collect())[0] ?? ''));
  };
}

async function givesUpWhenClosed({ collect, sources, server }: Bench): Promise<void> {
  server.setFaults([{ kind: 'silence' }], true);
  const waiting = collect();
  await server.nextRequest();
  await sources.close();
  assert.deepEqual(reasonsOf(await waiting), ['not_asked']);
}

async function asksNothingTooLate({ collect, server }: Bench): Promise<void> {
  assert.deepEqual(reasonsOf(await collect({ withinMs: 0 })), ['deadline']);
  assert.equal(server.requests.length, 0);
}

async function answersNotAskedOnceClosed({ collect, sources, server }: Bench): Promise<void> {
  await sources.close();
  assert.deepEqual(reasonsOf(await collect()), ['not_asked']);
  assert.equal(server.requests.length, 0);
}

const secret = 'k3y-that-nobody-may-see';

async function keepsItsKey({ collect, server }: Bench): Promise<void> {
  server.setAnswer(({ headers, path }) => ({
    status: 500,
    headers: { 'content-type': 'application/json' },
    // An unfriendly server hands back all it was sent.
    body: JSON.stringify({ error: `${Object.values(headers).join(' ')} ${path}` }),
  }));
  const failed = await collect();
  assert.ok(server.requests.length > 0);
  assert.ok(server.requests.every(({ query, path }) => !`${path}?${query}`.includes(secret)));
  assert.ok(!JSON.stringify(failed).includes(secret), 'the key is in the report');
}

/** Values that do not depend on when they were read. */
function valuesOf(report: SourceReport): unknown {
  return Object.entries(report.quantities).map(([name, reading]) => [name, 'value' in reading ? reading.value : null]);
}

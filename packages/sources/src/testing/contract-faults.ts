import assert from 'node:assert/strict';
import type { FakeReply, SourceFake } from '../imitation/market-token.ts';
import type { SourceErrorKind } from '../source-error.ts';
import { type Bench, type BenchSettings, firstCall } from './contract-bench.ts';
import type { Fault } from './source-server.ts';

export interface FaultCase {
  readonly name: string;
  readonly settings?: BenchSettings;
  run(bench: Bench): Promise<void>;
}

interface Expected {
  readonly kind: SourceErrorKind;
  /** Requests sent for one question. */
  readonly attempts: 1 | 3;
  readonly breaker: 'closed' | 'open';
}

interface FaultOptions {
  readonly fake: SourceFake;
  readonly errorInsideSuccess: SourceErrorKind;
}

const once = { attempts: 1, breaker: 'closed' } as const;
const thrice = { attempts: 3, breaker: 'closed' } as const;
const final = { attempts: 1, breaker: 'open' } as const;

const html = (status: number): Fault => ({
  kind: 'reply',
  reply: { status, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Attention required</title>' },
});
const reply = (status: number, body: string, headers: FakeReply['headers'] = {}): Fault => ({
  kind: 'reply',
  reply: { status, headers: { 'content-type': 'application/json', ...headers }, body },
});

/** Only the timeout ends these. */
const endless: readonly Fault['kind'][] = ['silence', 'drip'];

/** Each fault, what it is taken for, and what is done about it. */
function table({ fake, errorInsideSuccess }: FaultOptions): readonly (readonly [string, Fault, Expected])[] {
  return [
    ['no answer within the timeout', { kind: 'silence' }, { kind: 'network', ...thrice }],
    ['a slow drip', { kind: 'drip' }, { kind: 'network', ...thrice }],
    ['a reset connection', { kind: 'reset' }, { kind: 'network', ...thrice }],
    ['a truncated body', { kind: 'truncated' }, { kind: 'network', ...thrice }],
    ['an empty body', reply(200, ''), { kind: 'network', ...thrice }],
    ['an error of the server', reply(503, '{}'), { kind: 'server', ...thrice }],
    ['an HTML error page', html(502), { kind: 'server', ...thrice }],
    ['"too many requests"', { kind: 'reply', reply: fake.tooManyRequests() }, { kind: 'rate_limited', ...once }],
    [
      '"too many requests" for long',
      { kind: 'reply', reply: fake.tooManyRequests(600) },
      { kind: 'rate_limited', ...once },
    ],
    [
      'an error inside a success',
      { kind: 'reply', reply: fake.errorInsideSuccess() },
      { kind: errorInsideSuccess, ...once },
    ],
    ['an HTML page instead of data', html(200), { kind: 'schema', ...once }],
    ['an HTML challenge', html(403), { kind: 'blocked', ...final }],
    ['an HTML 404 of somebody else', html(404), { kind: 'schema', ...once }],
    ['malformed JSON', reply(200, '{"code":1,'), { kind: 'schema', ...once }],
    ['JSON of another shape', reply(200, '"hello"'), { kind: 'schema', ...once }],
    ['a redirect', reply(302, '', { location: 'http://127.0.0.1:1/' }), { kind: 'schema', ...once }],
    ['a refused key', reply(401, '{}'), { kind: 'auth', ...final }],
    ['a used-up quota', reply(402, '{}'), { kind: 'quota_exhausted', ...final }],
    ['a request it calls wrong', reply(422, '{}'), { kind: 'bad_request', ...once }],
    ['a body of 40 MB', { kind: 'flood', bytes: 40_000_000 }, { kind: 'schema', ...once }],
  ];
}

export function faultCases(options: FaultOptions): readonly FaultCase[] {
  return [
    ...table(options).map(([name, fault, expected]) => ({
      name: `takes ${name} for ${expected.kind}`,
      settings: { timeout_ms: endless.includes(fault.kind) ? 100 : 10_000 },
      run: (bench: Bench) => meetsFault(bench, fault, expected),
    })),
    { name: 'stops reading a body that is too long', run: cutsOffFlood },
    { name: 'takes a refused connection for network', run: meetsRefusedConnection },
    { name: 'recovers within one question', run: recoversByRetry },
    {
      name: 'waits as long as "too many requests" says',
      settings: { cool_down_ms: 20 },
      run: waitsAndAsksAgain(options),
    },
    { name: 'asks nothing while it cools down', run: coolsDown(options) },
    { name: 'opens its breaker after failures in a row, and asks nothing then', run: opensBreaker },
    { name: 'opens its breaker after three replies it cannot read', run: opensAfterThreeUnreadable },
    { name: 'closes its breaker when a trial call succeeds', settings: { breaker_open_ms: 1 }, run: closesBreaker },
  ];
}

async function meetsFault({ collect, server, breaker, counted, endpoint }: Bench, fault: Fault, expected: Expected) {
  server.setFaults([fault], true);
  const report = await collect();
  const call = firstCall(report);
  assert.equal(call.outcome, expected.kind, call.detail);
  assert.equal(call.attempts, expected.attempts);
  assert.ok((call.detail ?? '').length <= 200, 'more of the body than 200 characters');
  assert.equal(server.requests.length, expected.attempts);
  assert.equal(breaker(), expected.breaker);
  const readings = [...Object.values(report.quantities), ...Object.values(report.checks)];
  assert.ok(
    readings.length > 0 && readings.every((reading) => 'reason' in reading && reading.reason === expected.kind),
  );
  assert.equal(counted('data_source_requests_total', { endpoint, status: 'failure' }), expected.attempts);
  assert.equal(counted('data_source_errors_total', { endpoint, error_type: expected.kind }), expected.attempts);
  assert.equal(counted('data_source_latency_seconds_count', { endpoint }), expected.attempts);
  assert.equal(counted('circuit_breaker_trips_total', { endpoint }), expected.breaker === 'open' ? 1 : 0);
}

async function cutsOffFlood({ collect, server }: Bench): Promise<void> {
  server.setFaults([{ kind: 'flood', bytes: 40_000_000 }], true);
  const call = firstCall(await collect());
  assert.equal(call.outcome, 'schema');
  assert.match(call.detail ?? '', /longer than 2000000 bytes/);
  // What was sent beyond the limit sits in the buffers of both sides.
  assert.ok(server.floodedBytes() < 30_000_000, `${server.floodedBytes()} bytes were taken`);
}

async function meetsRefusedConnection({ collect, server }: Bench): Promise<void> {
  await server.close();
  const call = firstCall(await collect());
  assert.equal(call.outcome, 'network');
  assert.match(call.detail ?? '', /ECONNREFUSED/);
  assert.equal(call.attempts, 3);
}

async function recoversByRetry({ collect, server, counted }: Bench): Promise<void> {
  server.setFaults([reply(500, '{}'), { kind: 'reset' }]);
  const call = firstCall(await collect());
  assert.equal(call.outcome, 'answered');
  assert.equal(call.attempts, 3);
  assert.equal(counted('data_source_requests_total', { status: 'failure' }), 2);
  assert.equal(counted('data_source_requests_total', { status: 'success' }), 1);
}

function waitsAndAsksAgain({ fake }: FaultOptions) {
  return async ({ collect, server, breaker }: Bench): Promise<void> => {
    server.setFaults([{ kind: 'reply', reply: fake.tooManyRequests(0.1) }]);
    const call = firstCall(await collect());
    assert.equal(call.outcome, 'answered');
    assert.equal(call.attempts, 2);
    assert.equal(breaker(), 'closed');
  };
}

function coolsDown({ fake }: FaultOptions) {
  return async ({ collect, server }: Bench): Promise<void> => {
    server.setFaults([{ kind: 'reply', reply: fake.tooManyRequests() }]);
    assert.equal(firstCall(await collect()).outcome, 'rate_limited');
    const next = firstCall(await collect());
    assert.equal(next.outcome, 'rate_limited');
    assert.equal(next.attempts, 0);
    assert.equal(server.requests.length, 1);
  };
}

async function opensBreaker({ collect, server, breaker, counted, endpoint }: Bench): Promise<void> {
  server.setFaults([reply(500, '{}')], true);
  assert.equal(firstCall(await collect()).attempts, 3);
  const second = firstCall(await collect());
  assert.equal(second.outcome, 'server');
  assert.equal(second.attempts, 2);
  assert.equal(breaker(), 'open');
  const third = firstCall(await collect());
  assert.equal(third.outcome, 'breaker_open');
  assert.match(third.detail ?? '', /server/);
  assert.equal(third.attempts, 0);
  assert.equal(server.requests.length, 5);
  assert.equal(counted('circuit_breaker_trips_total', { endpoint }), 1);
}

async function opensAfterThreeUnreadable({ collect, server, breaker }: Bench): Promise<void> {
  server.setFaults([html(200)], true);
  for (let asked = 1; asked <= 3; asked++) assert.equal(firstCall(await collect()).outcome, 'schema');
  assert.equal(breaker(), 'open');
  assert.equal(firstCall(await collect()).outcome, 'breaker_open');
}

async function closesBreaker({ collect, server, breaker, counted, endpoint }: Bench): Promise<void> {
  server.setFaults(Array.from({ length: 5 }, () => reply(500, '{}')));
  await collect();
  const outcomes: string[] = [];
  while (outcomes.at(-1) !== 'answered' && outcomes.length < 100) outcomes.push(firstCall(await collect()).outcome);
  assert.equal(outcomes.at(-1), 'answered');
  assert.equal(breaker(), 'closed');
  assert.equal(counted('circuit_breaker_recoveries_total', { endpoint }), 1);
}

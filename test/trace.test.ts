import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './harness/otlp-receiver.ts';
import { type System, startSystem } from './harness/system.ts';
import { createWorkFolder, removeFolder } from './harness/work-folder.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const callerSpanId = 'b7ad6b7169203331';
const symbolOf = (span: ReceivedSpan) => span.attributes['token.symbol'];

describe('the trace of one scan', () => {
  let folder: string;
  let receiver: OtlpReceiver;
  let system: System;
  let symbol: string;
  let spans: readonly ReceivedSpan[];

  beforeAll(async () => {
    folder = await createWorkFolder();
    receiver = await startOtlpReceiver();
    system = await startSystem({
      folder,
      settings: "  scan: { every: 'off' }",
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    });
    symbol = (await system.client.tokens()).tokens.find(({ address }) => address !== null)?.symbol ?? '';
    const response = await fetch(new URL('/api/scans', system.apiUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-${callerSpanId}-01` },
      body: JSON.stringify({ symbols: [symbol] }),
    });
    expect(response.status).toBe(202);
    expect(response.headers.get('x-trace-id')).toBe(traceId);
    await system.process.event('scan_completed');
    await system.process.stop();
    spans = receiver.spans.filter((span) => span.traceId === traceId);
  });

  afterAll(async () => {
    await system.process.stop('SIGKILL');
    await receiver.close();
    await removeFolder(folder);
  });

  const named = (name: string | RegExp) =>
    spans.filter((span) => (typeof name === 'string' ? span.name === name : name.test(span.name)));
  const only = (name: string) => {
    expect(named(name), name).toHaveLength(1);
    return named(name)[0] as ReceivedSpan;
  };

  it('begins with the request, as a child of the caller', () => {
    expect(only('POST /api/scans').parentSpanId).toBe(callerSpanId);
  });

  it('goes on in the worker, through the queue', () => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const ancestors: string[] = [];
    for (let at: ReceivedSpan | undefined = only('scanner.scan'); at; at = byId.get(at.parentSpanId ?? '')) {
      ancestors.push(at.name);
    }
    expect(ancestors.at(-1)).toBe('POST /api/scans');
    expect(symbolOf(only('scanner.scan'))).toBe(symbol);
  });

  it.each(['collect', 'validate', 'safety', 'narrate', 'score', 'store'])(
    'has scanner.%s below scanner.scan',
    (stage) => {
      expect(only(`scanner.${stage}`).parentSpanId).toBe(only('scanner.scan').spanId);
    },
  );

  it('has every source call below scanner.collect, and each attempt below its call', () => {
    const calls = named(/^source\.\w+ \w+/);
    expect(new Set(calls.map((span) => span.name.split(' ')[0]))).toEqual(
      new Set(['source.coingecko', 'source.dexscreener', 'source.goplus']),
    );
    for (const call of calls) expect(call.parentSpanId, call.name).toBe(only('scanner.collect').spanId);
    const attempts = named('GET');
    expect(attempts.length).toBeGreaterThan(0);
    for (const attempt of attempts) expect(calls.map(({ spanId }) => spanId)).toContain(attempt.parentSpanId);
  });

  it('says what came out on the scan span', () => {
    expect(only('scanner.scan').attributes).toMatchObject({
      'scan.id': expect.any(String),
      gem_score: expect.any(Number),
      confidence: expect.any(Number),
    });
  });

  it('carries its id on the log lines of the scan, and in the stored result', async () => {
    const log = system.process.logs().find(({ event }) => event === 'scan_completed');
    expect(log).toMatchObject({ trace_id: traceId, span_id: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(spans.map(({ spanId }) => spanId)).toContain(log?.span_id);
  });
});

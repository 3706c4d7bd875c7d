import { createClient } from '@autotrader/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Process, startAutotrader } from './harness/autotrader.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './harness/otlp-receiver.ts';
import { listeningUrl } from './harness/system.ts';
import { createWorkFolder, removeFolder } from './harness/work-folder.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const callerSpanId = 'b7ad6b7169203331';
const symbolOf = (span: ReceivedSpan) => span.attributes['token.symbol'];

describe('the trace of one scan, asked for in one process and done in another', () => {
  let folder: string;
  let receiver: OtlpReceiver;
  let worker: Process;
  let symbol: string;
  let spans: readonly ReceivedSpan[];

  beforeAll(async () => {
    folder = await createWorkFolder();
    receiver = await startOtlpReceiver();
    const place = { cwd: folder, env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } };
    const api = startAutotrader(['api', '--port', '0', '--metrics-port', '0'], place);
    const apiUrl = await listeningUrl(api, 'api');
    const { tokens } = await createClient({ baseUrl: apiUrl, fetch }).tokens();
    symbol = tokens.find(({ address }) => address !== null)?.symbol ?? '';
    const response = await fetch(new URL('/api/scans', apiUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-${callerSpanId}-01` },
      body: JSON.stringify({ symbols: [symbol] }),
    });
    expect(response.status).toBe(202);
    expect(response.headers.get('x-trace-id')).toBe(traceId);
    expect((await api.stop()).code).toBe(0);

    worker = startAutotrader(['worker', '--metrics-port', '0'], place);
    await worker.event('scan_completed', (log) => log['trace_id'] === traceId);
    expect((await worker.stop()).code).toBe(0);
    spans = receiver.spans.filter((span) => span.traceId === traceId);
  }, 60_000);

  afterAll(async () => {
    await worker?.stop('SIGKILL');
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
    const attempts = named('HTTP GET');
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

  it('is named by the log lines of the scan, with spans that exist', async () => {
    const log = worker.logs().find(({ event, trace_id }) => event === 'scan_completed' && trace_id === traceId);
    expect(log).toMatchObject({ span_id: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(spans.map(({ spanId }) => spanId)).toContain(log?.span_id);
  });
});

import { defaultRegistry, traceOperation } from '@autotrader/observability';
import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goplusFake } from '../goplus/fake.ts';
import { goplus } from '../goplus/source.ts';
import { type Bench, type BenchSettings, withBench } from '../testing/contract-bench.ts';
import { unknownToken } from '../testing/sample-market.ts';
import { type Fault, startSourceServer } from '../testing/source-server.ts';

let recorder: Recorder;
beforeEach(() => {
  recorder = createRecorder();
});
afterEach(() => {
  recorder.close();
});

const bench = (test: (bench: Bench) => Promise<void>, settings: BenchSettings = {}) =>
  withBench({ source: goplus, fake: goplusFake, settings }, test);

const broken: Fault = { kind: 'reply', reply: { status: 500, headers: {}, body: 'out of order' } };
const spanName = 'source.goplus token_security';

describe('what is seen of a question to a source', () => {
  it('is a span with one child per request, and the trace goes out with each', () =>
    bench(async ({ collect, server }) => {
      server.setFaults([broken]);
      await traceOperation('scanner.collect', {}, () => collect());
      const parent = recorder.span('scanner.collect');
      const span = recorder.span(spanName);
      expect(span.parentSpanId).toBe(parent.spanId);
      expect(span.attributes).toMatchObject({
        'source.name': 'goplus',
        'cache.hit': false,
        'source.attempts': 2,
        'source.outcome': 'network',
        'circuit_breaker.state': 'closed',
      });
      const requests = recorder.spans('HTTP GET');
      expect(requests.map((request) => request.parentSpanId)).toEqual([span.spanId, span.spanId]);
      expect(requests.map((request) => request.attributes['http.response.status_code'])).toEqual([500, 200]);
      expect(requests.map((request) => request.attributes['http.request.resend_count'])).toEqual([undefined, 1]);
      expect(requests[0]?.attributes).toMatchObject({
        'http.request.method': 'GET',
        'url.full': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/token_security\/1\?contract_addresses=0x/),
        'server.address': '127.0.0.1',
        'error.type': 'SRC_SERVER',
      });
      expect(server.requests.map(({ headers }) => headers['traceparent'])).toEqual(
        requests.map((request) => `00-${request.traceId}-${request.spanId}-01`),
      );
    }));

  it('fails its span when the source did, not when the token is unknown', () =>
    bench(async ({ collect, server }) => {
      await collect({ token: unknownToken });
      expect(recorder.span(spanName).attributes).not.toHaveProperty('error.type');
      recorder.clear();
      server.setFaults([broken], true);
      await collect();
      expect(recorder.span(spanName).attributes).toMatchObject({
        'error.type': 'SRC_SERVER',
        'source.outcome': 'server',
      });
    }));

  it('counts a hit and sends nothing when the cache knows', () =>
    bench(async ({ collect }) => {
      await collect();
      recorder.clear();
      await collect();
      expect(recorder.span(spanName).attributes).toMatchObject({ 'cache.hit': true, 'source.outcome': 'cache' });
      expect(recorder.spans('HTTP GET')).toEqual([]);
      recorder.expectMetric('data_source_cache_hits_total', { source: 'goplus', endpoint: 'token_security' }, 1);
    }));

  it('is one warning per failure, however often it was tried', () =>
    bench(async ({ collect, server }) => {
      server.setFaults([broken], true);
      await collect();
      expect(recorder.lines('data_source_request_failed')).toMatchObject([
        {
          level: 'WARNING',
          source: 'goplus',
          error_type: 'server',
          http_status: 500,
          detail: 'out of order',
          attempts: 3,
        },
      ]);
      await collect();
      expect(recorder.line('circuit_breaker_opened')).toMatchObject({
        level: 'WARNING',
        endpoint: 'token_security',
        error_type: 'server',
      });
    }));

  it('is an error when the key is refused', () =>
    bench(async ({ collect, server }) => {
      server.setFaults([{ kind: 'reply', reply: { status: 401, headers: {}, body: 'no' } }], true);
      await collect();
      expect(recorder.line('data_source_request_failed')).toMatchObject({ level: 'ERROR', error_type: 'auth' });
    }));

  it('never holds the key: not in spans, lines or metrics', async () => {
    const key = 'k3y-that-nobody-may-see';
    const echo = await startSourceServer(({ headers }) => ({
      status: 418,
      headers: {},
      body: JSON.stringify(headers),
    }));
    try {
      await bench(
        async ({ collect }) => {
          await collect();
          expect(echo.requests[0]?.headers['authorization']).toBe(key);
        },
        { base_url: echo.url, api_key: key },
      );
    } finally {
      await echo.close();
    }
    expect(recorder.lines('data_source_request_failed')).toHaveLength(1);
    const seen = JSON.stringify([recorder.lines(), recorder.spans(), await defaultRegistry().render()]);
    expect(seen).not.toContain(key);
  });
});

describe('the metrics of a source', () => {
  it('show every breaker as closed before anything was asked', () =>
    bench(async () => {
      recorder.expectMetric('circuit_breaker_state', { source: 'goplus', endpoint: 'solana_token_security' }, 0);
      recorder.expectMetric('circuit_breaker_state', { source: 'coingecko', endpoint: 'markets' }, 0);
    }));

  it('show what the limit has left, once something was asked, and nothing after the end', async () => {
    const shown = async (): Promise<unknown> => {
      await defaultRegistry().collect();
      return [
        recorder.metric('data_source_rate_limit_remaining', { source: 'goplus' }),
        recorder.metric('data_source_rate_limit_wait_seconds', { source: 'goplus' }),
      ];
    };
    await bench(
      async ({ collect }) => {
        expect(await shown()).toEqual([undefined, undefined]);
        await collect();
        expect(await shown()).toEqual([2, 0]);
      },
      { requests_per_minute: 3, burst: 3 },
    );
    expect(await shown()).toEqual([undefined, undefined]);
  });

  it('say when the source last answered', () =>
    bench(async ({ collect }) => {
      await collect();
      expect(recorder.metric('data_source_last_success_timestamp_seconds', { source: 'goplus' })).toBeGreaterThan(
        1.7e9,
      );
    }));
});

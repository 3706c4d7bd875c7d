import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { loadObservabilityConfig } from '../config/observability-config.ts';
import { counter, gauge } from '../metrics/default-registry.ts';
import { parseStrictly } from '../metrics/exposition/parser/strict-parser.fixture.ts';
import { encodeMetricsRequest } from '../otlp/encode-request.ts';
import { decodeExportResponse } from '../otlp/responses.ts';
import { pointOf, post, resourceOf, smallRequest, sumOf } from '../receiver/receiver.fixture.ts';
import { createRecorder } from '../testing/index.ts';
import { type MetricsHub, type MetricsHubOptions, startMetricsHub } from './metrics-hub.ts';

const hubs: MetricsHub[] = [];

afterEach(async () => {
  await Promise.all(hubs.splice(0).map((hub) => hub.close(0)));
});

async function start(metrics: object = {}, options: Omit<MetricsHubOptions, 'config'> = {}) {
  const { config } = await loadObservabilityConfig({ env: {}, overrides: { metrics } });
  const hub = await startMetricsHub({ config: config.metrics, port: 0, receiverPort: 0, ...options });
  hubs.push(hub);
  return { url: hub.url, receiverUrl: hub.receiverUrl ?? '', close: hub.close };
}

const textOf = async (url: string) => (await fetch(`${url}/metrics`)).text();

test('what others send is shown beside what this process counts, each metric once', async () => {
  const done = counter({ name: 'hub_test_total', help: 'h', labels: { kind: ['a'] } });
  done.inc({ kind: 'a' }, 2);
  const { url, receiverUrl } = await start();
  const theirs = sumOf('hub_test_total', [pointOf(5, { kind: 'a' })]);
  expect(
    (await post(receiverUrl, 'protobuf', encodeMetricsRequest([resourceOf('x', theirs)], 'protobuf'))).status,
  ).toBe(200);
  done.inc({ kind: 'a' });
  const text = await textOf(url);
  expect(text.match(/^# TYPE hub_test_total /gm)).toHaveLength(1);
  expect(text).toContain('hub_test_total{kind="a"} 3\n');
  expect(text).toContain('hub_test_total{job="shop",kind="a"} 5\n');
  expect(text).toContain('metrics_source_up{job="shop",instance="x"} 1\n');
});

test.each(['target_info', 'target_info_total', 'metrics_source_up'])(
  'a sender cannot call its counter %s, which the hub shows of its senders',
  async (name) => {
    const recorder = createRecorder();
    const { url, receiverUrl } = await start();
    const body = encodeMetricsRequest([resourceOf('x', sumOf(name, [pointOf(5)]))], 'json');
    const reply = await post(receiverUrl, 'json', body);
    expect(decodeExportResponse(reply.body, 'metrics', 'json')).toEqual({
      rejected: 1,
      message: '1 data points were not taken: 1 reserved_name',
    });
    const headers = { accept: 'application/openmetrics-text; version=1.0.0' };
    parseStrictly(await (await fetch(`${url}/metrics`, { headers })).text(), 'openmetrics');
    recorder.close();
  },
);

test('gauges of this process follow it', async () => {
  const level = gauge({ name: 'hub_test_level', help: 'h' });
  const { url } = await start();
  for (const value of [5, 3]) {
    level.set(value);
    expect(await textOf(url)).toContain(`hub_test_level ${value}\n`);
  }
});

test('the health tells of receiver and sources, and that the merge is full', async () => {
  const { url, receiverUrl } = await start({ merge: { max_sources: 2 } }, { facts: { version: '1.2.3' } });
  const health = async () => (await fetch(`${url}/health`)).json();
  expect(await health()).toMatchObject({
    status: 'ok',
    version: '1.2.3',
    checks: { receiver: { status: 'ok', listening: true, url: receiverUrl }, sources: { status: 'ok', sources: 0 } },
  });
  await post(receiverUrl, 'json', smallRequest('json', 'x'));
  expect(await health()).toMatchObject({
    status: 'degraded',
    checks: { sources: { status: 'degraded', sources: 1, cause: expect.stringContaining('metrics.merge') } },
  });
});

test('what is refused is counted as lost, by reason, and said once', async () => {
  const recorder = createRecorder();
  const { url, receiverUrl } = await start({ merge: { max_sources: 2 } });
  for (const instance of ['x', 'y', 'z']) await post(receiverUrl, 'json', smallRequest('json', instance));
  expect(recorder.metric('telemetry_dropped_total', { signal: 'metrics', reason: 'merge_max_sources' })).toBe(2);
  expect(recorder.lines('merge_max_sources')).toHaveLength(1);
  expect(await textOf(url)).toMatch(/^otlp_receiver_points_rejected_total\{reason="max_sources"\} \d+$/m);
  recorder.close();
});

test('a merge that is full still shows that it is, and all that this process says of itself', async () => {
  const recorder = createRecorder();
  const { url, receiverUrl } = await start({ merge: { max_series: 1, max_sources: 1 } });
  for (const instance of ['x', 'y']) await post(receiverUrl, 'json', smallRequest('json', instance));
  const first = await textOf(url);
  expect(first).toMatch(/^otlp_receiver_points_rejected_total\{reason="max_s\w+"\} \d+$/m);
  expect(first).toMatch(/^telemetry_dropped_total\{reason="merge_max_s\w+",signal="metrics"\} \d+$/m);
  expect(first).toMatch(/^otlp_receiver_active_requests 0$/m);
  recorder.close();
});

test('one set of tokens guards both doors', async () => {
  const { url, receiverUrl } = await start({ access: { bearer_tokens: ['a-token-of-many-letters'] } });
  const headers = { authorization: 'Bearer a-token-of-many-letters' };
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
  expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await post(receiverUrl, 'json', smallRequest('json'))).status).toBe(401);
  expect((await post(receiverUrl, 'json', smallRequest('json'), headers)).status).toBe(200);
});

test('without a receiver it serves only', async () => {
  const { url, receiverUrl } = await start({ receiver: { enabled: false } });
  expect(receiverUrl).toBe('');
  expect(await textOf(url)).toContain('# TYPE');
});

test('when one port is taken nothing is left open', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;
  for (const ports of [{ port }, { receiverPort: port }]) {
    await expect(start({}, ports)).rejects.toMatchObject({ code: 'OBS_PORT_IN_USE' });
  }
  blocker.close();
});

test('closing ends both, and may be repeated', async () => {
  const { url, receiverUrl, close } = await start();
  await Promise.all([close(), close()]);
  await expect(fetch(url)).rejects.toThrow();
  await expect(fetch(receiverUrl)).rejects.toThrow();
});

test('a collector of this process that hangs costs its own metrics only', async () => {
  const { url, receiverUrl } = await start();
  await post(receiverUrl, 'json', smallRequest('json', 'x', 9));
  const hanging = gauge({ name: 'hub_test_hanging', help: 'h', collect: () => new Promise<void>(() => {}) });
  hanging.set(1);
  const headers = { 'x-prometheus-scrape-timeout-seconds': '0.05' };
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  expect(text).toContain('done_total{job="shop"} 9\n');
});

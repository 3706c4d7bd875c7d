import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RegisteredApp, startRegistered } from './register/registered-app.fixture.ts';

const completed = (app: RegisteredApp, path: string) =>
  app.line(({ event, path: of }) => event === 'api_request_completed' && of === path);
const span = (app: RegisteredApp, name: string) =>
  app.line(({ event, name: of }) => event === 'span_ended' && of === name);
const metricsOf = async (app: RegisteredApp): Promise<string> => {
  const { url } = await app.line(({ event, logger }) => event === 'listening' && logger === 'observability.register');
  return (await fetch(String(url))).text();
};

// Each starts processes of its own, through the loader of the sources.
describe('an application started with --import @autotrader/observability/register', { timeout: 60_000 }, () => {
  it('is observed with its routes, errors and spans: Express, as CommonJS', async () => {
    const app = startRegistered('app-express.fixture.cjs');
    const url = await app.url;
    const response = await fetch(`${url}/users/1/orders/2?token=hunter2`);
    expect(await response.json()).toEqual({ userId: '1', orderId: '2' });
    await fetch(`${url}/broken`);
    await fetch(`${url}/nowhere`);
    expect(await completed(app, '/users/1/orders/2')).toMatchObject({
      endpoint: '/users/:userId/orders/:orderId',
      trace_id: response.headers.get('x-trace-id'),
      request_id: response.headers.get('x-request-id'),
    });
    expect(await completed(app, '/broken')).toMatchObject({ status_code: 500, error_type: 'STORE_DOWN' });
    expect(await completed(app, '/nowhere')).toMatchObject({ status_code: 404, endpoint: '__unmatched__' });
    expect(await span(app, 'GET /users/:userId/orders/:orderId')).toMatchObject({ kind: 'server' });
    const metrics = await metricsOf(app);
    expect(metrics).toContain('endpoint="/users/:userId/orders/:orderId"');
    // Who reads the metrics is no visitor of the application.
    expect(metrics).not.toContain('endpoint="/metrics"');
    expect(app.lines.filter(({ event }) => event === 'api_request_completed')).toHaveLength(3);
    expect(JSON.stringify(app.lines)).not.toContain('hunter2');
  });

  it('is observed with its routes: Fastify, as ES module', async () => {
    const app = startRegistered('app-fastify.fixture.mjs');
    await fetch(`${await app.url}/items/1`);
    expect(await completed(app, '/items/1')).toMatchObject({ endpoint: '/items/:id', status_code: 200 });
    await span(app, 'GET /items/:id');
  });

  it('is observed once where it observes itself, and what it ignores stays ignored', async () => {
    const app = startRegistered('app-twice.fixture.mjs');
    await fetch(`${await app.url}/health`);
    await fetch(`${await app.url}/items/1`);
    await completed(app, '/items/1');
    await span(app, 'GET /items/:id');
    expect(await metricsOf(app)).toMatch(/^api_requests_total\{.*endpoint="\/items\/:id".*\} 1$/m);
    expect(app.lines.filter(({ event }) => event === 'api_request_completed')).toHaveLength(1);
    expect(app.lines.filter(({ event }) => event === 'span_ended')).toHaveLength(1);
  });

  it('runs all the same when the port of the metrics is taken, with one warning', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void holder.close());
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const app = startRegistered('app-http.fixture.mjs', { env: { METRICS_PORT: String(port) } });
    expect(await (await fetch(await app.url)).text()).toBe('ok');
    await completed(app, '/');
    const told = app.lines.filter(({ level }) => level === 'WARNING');
    expect(told).toMatchObject([{ event: 'metrics_server_not_started', code: 'OBS_PORT_IN_USE', port }]);
  });

  it('runs unobserved when the configuration is wrong, and says what is', async () => {
    const app = startRegistered('app-http.fixture.mjs', { env: { METRICS_PORT: 'many' } });
    const response = await fetch(await app.url);
    expect([await response.text(), response.headers.get('x-trace-id')]).toEqual(['ok', null]);
    expect(await app.line(({ level }) => level === 'ERROR')).toMatchObject({ event: 'observability_not_started' });
  });

  it('ends when it is over: the metrics hold nobody up', async () => {
    const app = startRegistered('app-ends.fixture.mjs');
    const [code] = await once(app.child, 'exit');
    expect(code).toBe(0);
    await app.line(({ event }) => event === 'app_ran');
  });

  it('serves metrics in the main process only; children and threads do not ask for the port', async () => {
    const app = startRegistered('app-cluster.fixture.mjs');
    expect(await (await fetch(await app.url)).text()).toBe('child');
    await completed(app, '/');
    while (app.messages.length === 0) await once(app.child, 'message');
    expect(app.messages).toEqual([{ threadExit: 0 }]);
    expect(app.lines.filter(({ logger }) => logger === 'observability.register')).toHaveLength(1);
    expect(app.lines.filter(({ level }) => level === 'WARNING')).toEqual([]);
  });

  it.each([
    ['before', { before: 'host-provider.fixture.mjs' }, 'app-http.fixture.mjs'],
    ['after', {}, 'app-own-telemetry.fixture.mjs'],
  ])('uses the provider that the application registered %s it', async (_when, options, name) => {
    const app = startRegistered(name, options);
    await fetch(`${await app.url}/items/1`);
    const { trace_id: traceId } = await completed(app, '/items/1');
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    await app.line(({ event }) => event === 'tracing_uses_host_provider');
    expect(app.messages).toContainEqual({ hostSpan: 'GET' });
    expect(app.lines.filter(({ event }) => event === 'span_ended')).toEqual([]);
  });

  it("leaves the application's own pino, prom-client and spans as they are", async () => {
    const app = startRegistered('app-own-telemetry.fixture.mjs');
    const url = await app.url;
    await fetch(url);
    expect(await app.line(({ msg }) => msg === 'own line')).toMatchObject({ level: 30 });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('orders_total 1');
    await completed(app, '/metrics');
    expect(app.messages).toContainEqual({ hostSpan: 'own work' });
  });
});

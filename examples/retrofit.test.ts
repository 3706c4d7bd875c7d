import { describe, expect, it } from 'vitest';
import { appearanceOf, unnamed } from './retrofit.fixture.ts';

const register = ['--import', '@autotrader/observability/register'];
const routes = ['/items/:id', '/items', '/broken', '__unmatched__'];
const unmatched = Array<string>(4).fill('__unmatched__');
const sent = ['GET', 'POST', 'GET', 'GET'];

/** What is learnt of `app.mjs` by the flag alone, and with the line that `app-observed.mjs` has more. */
const services = [
  { service: 'fastify', flag: [routes, 'STORE_DOWN'], line: [routes, 'STORE_DOWN'] },
  { service: 'express', flag: [routes, 'STORE_DOWN'], line: [routes, 'STORE_DOWN'] },
  // Nest answers exceptions before anybody outside of it sees them.
  { service: 'nestjs', flag: [routes, 'http_500'], line: [routes, 'STORE_DOWN'] },
  // node:http knows no routes.
  { service: 'http', flag: [unmatched, 'http_500'], line: [['/items/:id', ...unmatched.slice(1)], 'http_500'] },
] as const;

// Each starts the programs it tells about.
describe.each(services)('retrofit-$service', { timeout: 60_000 }, ({ service, flag, line }) => {
  const folder = new URL(`./retrofit-${service}/`, import.meta.url);

  it('tells nothing of its requests by itself', async () => {
    const before = await appearanceOf(folder, 'app.mjs', []);
    expect(before.answers.map(({ status }) => status)).toEqual([200, 201, 500, 404]);
    expect(before).toMatchObject({ requests: [], spans: [], metrics: undefined });
  });

  it.each([
    { what: 'unchanged, with the flag', program: 'app.mjs', learnt: flag },
    { what: 'with one line more', program: 'app-observed.mjs', learnt: line },
  ])('answers the same and tells of every request $what', async ({ program, learnt: [endpoints, error] }) => {
    const before = await appearanceOf(folder, 'app.mjs', []);
    const after = await appearanceOf(folder, program, register);
    expect(unnamed(after.answers)).toEqual(unnamed(before.answers));
    expect(after.others).toEqual(before.others);
    expect(after.requests.map((one) => one['endpoint'])).toEqual(endpoints);
    expect(after.requests.map((one) => one['status_code'])).toEqual([200, 201, 500, 404]);
    expect(after.requests[2]).toMatchObject({ level: 'ERROR', error_type: error });
    for (const [index, one] of after.requests.entries()) {
      const names = { 'x-trace-id': one['trace_id'], 'x-request-id': one['request_id'] };
      expect(after.answers[index]?.headers).toMatchObject(names);
    }
    const spans = endpoints.map((of, index) => (of === '__unmatched__' ? sent[index] : `${sent[index]} ${of}`));
    expect(after.spans.toSorted()).toEqual(spans.toSorted());
    expect(after.metrics).toContain(`api_requests_total{method="GET",endpoint="${endpoints[0]}",status_code="200"} 1`);
    expect(JSON.stringify([after.requests, after.spans, after.metrics])).not.toContain('hunter2');
  });
});

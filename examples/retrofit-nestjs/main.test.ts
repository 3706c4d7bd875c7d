import { describe, expect, it } from 'vitest';
import { appearanceOf, unnamed } from '../retrofit.fixture.ts';

const folder = new URL('./', import.meta.url);
const register = ['--import', '@autotrader/observability/register'];

// Each starts the program it tells about.
describe('a NestJS service', { timeout: 60_000 }, () => {
  it('says nothing of its requests by itself', async () => {
    const before = await appearanceOf(folder, 'app.mjs', []);
    expect(before.answers.map(({ status }) => status)).toEqual([200, 201, 500, 404]);
    expect(before).toMatchObject({ requests: [], spans: [], metrics: undefined });
  });

  it.each([
    {
      what: 'unchanged, with the flag',
      program: 'app.mjs',
      endpoints: ['/items/:id', '/items', '/broken', '__unmatched__'],
      spans: ['GET /items/:id', 'POST /items', 'GET /broken', 'GET'],
      error: 'http_500',
    },
    {
      what: 'with one line more',
      program: 'app-observed.mjs',
      endpoints: ['/items/:id', '/items', '/broken', '__unmatched__'],
      spans: ['GET /items/:id', 'POST /items', 'GET /broken', 'GET'],
      error: 'STORE_DOWN',
    },
  ])('answers the same and tells of every request $what', async ({ program, endpoints, spans, error }) => {
    const before = await appearanceOf(folder, 'app.mjs', []);
    const after = await appearanceOf(folder, program, register);
    expect(unnamed(after.answers)).toEqual(unnamed(before.answers));
    expect(after.others).toEqual(before.others);
    expect(after.requests.map((line) => line['endpoint'])).toEqual(endpoints);
    expect(after.requests.map((line) => line['status_code'])).toEqual([200, 201, 500, 404]);
    expect(after.requests[2]).toMatchObject({ level: 'ERROR', error_type: error });
    for (const [index, line] of after.requests.entries()) {
      expect(after.answers[index]?.headers).toMatchObject({
        'x-trace-id': line['trace_id'],
        'x-request-id': line['request_id'],
      });
    }
    expect(after.spans.toSorted()).toEqual(spans.toSorted());
    expect(after.metrics).toContain(`api_requests_total{method="GET",endpoint="${endpoints[0]}",status_code="200"} 1`);
    expect(JSON.stringify([after.requests, after.spans, after.metrics])).not.toContain('hunter2');
  });
});

import { describe, expect, it } from 'vitest';
import { type RegisteredApp, startRegistered } from './registered-app.fixture.ts';

const completed = (app: RegisteredApp, path: string) =>
  app.line(({ event, path: of }) => event === 'api_request_completed' && of === path);

// Each starts a process of its own, through the loader of the sources.
describe('what an application started with register asks of others', { timeout: 60_000 }, () => {
  it('is a span between the request that asks and the one that is asked', async () => {
    const app = startRegistered('app-fetch.fixture.mjs');
    const response = await fetch(`${await app.url}/basket`);
    const traceparent = await response.text();
    const asking = await completed(app, '/basket');
    const asked = await completed(app, '/stock');
    expect(asked['trace_id']).toBe(asking['trace_id']);
    const client = await app.line(({ event, kind }) => event === 'span_ended' && kind === 'client');
    expect(client).toMatchObject({ name: 'GET', trace_id: asking['trace_id'] });
    expect(traceparent).toBe(`00-${client['trace_id']}-${client['span_id']}-01`);
  });

  it('is left to an application that sends a trace by itself', async () => {
    const app = startRegistered('app-fetch.fixture.mjs');
    const own = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(await (await fetch(`${await app.url}/basket?${own}`)).text()).toBe(own);
    await completed(app, '/basket');
    expect(app.lines.filter(({ event, kind }) => event === 'span_ended' && kind === 'client')).toEqual([]);
  });

  it('is left alone where the switch is off', async () => {
    const file = new URL('./fixtures/without-undici.yaml', import.meta.url).pathname;
    const app = startRegistered('app-fetch.fixture.mjs', { env: { OBSERVABILITY_CONFIG: file } });
    expect(await (await fetch(`${await app.url}/basket`)).text()).toBe('');
    await completed(app, '/basket');
    expect(app.lines.filter(({ event, kind }) => event === 'span_ended' && kind === 'client')).toEqual([]);
  });
});

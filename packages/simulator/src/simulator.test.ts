import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultRule } from './faults/fault-plan.ts';
import { faultNames } from './faults/registry.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import type { SimulatorOptions } from './simulator-options.ts';
import { createWorld } from './world/world.ts';

const nowMs = Date.UTC(2026, 10, 20, 10, 30);
const started: Simulator[] = [];

/** Without latency and limits, on a clock that stands still, unless the test says otherwise. */
async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const open = { coingecko: [], dexscreener: [], goplus: [] };
  const simulator = await startSimulator({ latencyMs: { min: 0, max: 0 }, limits: open, now: () => nowMs, ...options });
  started.push(simulator);
  return simulator;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((simulator) => simulator.close()));
});

const ping = (simulator: Simulator): Promise<Response> => fetch(`${simulator.baseUrls['coingecko']}/ping`);

const markets = (simulator: Simulator): Promise<Response> =>
  fetch(`${simulator.baseUrls['coingecko']}/coins/markets?vs_currency=usd`);

/** A request with headers that fetch would not send. */
function rawRequest(
  simulator: Simulator,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string },
) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { body, ...rest } = options;
    const sent = httpRequest(`${simulator.url}${path}`, rest, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('startSimulator', () => {
  it('answers for every source below its name, from one market', async () => {
    const simulator = await start({ seed: 4 });
    const [row] = (await (await markets(simulator)).json()) as { symbol: string }[];
    const symbols = simulator.watchlist.map((token) => token.symbol);
    expect(symbols).toContain(row?.symbol.toUpperCase());
    expect(simulator.watchlist).toEqual(createWorld({ seed: 4 }).tokens);
    expect(Object.keys(simulator.baseUrls)).toEqual(['coingecko', 'dexscreener', 'goplus']);
    const contract = simulator.watchlist.find((token) => token.contract?.chain === 'base')?.contract;
    const pairs = await fetch(`${simulator.baseUrls['dexscreener']}/tokens/v1/base/${contract?.address}`);
    expect(await pairs.json()).not.toEqual([]);
    const checks = await fetch(
      `${simulator.baseUrls['goplus']}/token_security/1?contract_addresses=${contract?.address}`,
    );
    expect(await checks.json()).toMatchObject({ code: 1 });
  });

  it('gives the same bytes for the same seed and minute', async () => {
    const [a, b] = await Promise.all([start({ seed: 9 }), start({ seed: 9 })]);
    expect(await (await markets(a)).text()).toBe(await (await markets(b)).text());
  });

  it('names the sources to who asks elsewhere', async () => {
    const simulator = await start();
    const reply = await fetch(`${simulator.url}/etherscan/x`);
    expect(reply.status).toBe(404);
    expect(await reply.text()).toContain('/dexscreener/');
  });

  it('refuses a port in use, with a code', async () => {
    const { url } = await start();
    await expect(start({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'SIM_PORT_IN_USE' });
  });

  it('refuses an address that is not of this machine', async () => {
    await expect(start({ address: '192.0.2.1' })).rejects.toMatchObject({ code: 'SIM_ADDRESS_UNUSABLE' });
  });

  it.each([
    { seed: 1.5 },
    { port: 70_000 },
    { latencyMs: { min: 5, max: 1 } },
    { limits: { coingecko: [{ requests: 0, perMs: 1 }] } },
  ])('refuses %o', async (options) => {
    await expect(start(options)).rejects.toMatchObject({ code: 'SIM_OPTIONS_INVALID' });
  });

  it('takes its time by default, and none when told so', async () => {
    const [quick, slow] = await Promise.all([start(), start({ latencyMs: { min: 300, max: 300 } })]);
    const first = await Promise.race([ping(slow).then(() => 'slow'), ping(quick).then(() => 'quick')]);
    expect(first).toBe('quick');
  });

  it('survives nonsense on the wire', async () => {
    const simulator = await start();
    const { port, hostname } = new URL(simulator.url);
    for (const text of [
      '\u0000\u0001\r\n\r\n',
      'GET //x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      'GET /coingecko/%E0%A4%A HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    ]) {
      const answer = await new Promise<string>((resolve) => {
        let seen = '';
        const socket = connect(Number(port), hostname, () => socket.write(text));
        socket.setEncoding('utf8').on('data', (chunk) => {
          seen += chunk;
        });
        socket.on('error', () => resolve(seen)).on('close', () => resolve(seen));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 40[04]/);
    }
    expect((await ping(simulator)).status).toBe(200);
  });

  it('closes at once, open and idle connections with it, and twice without harm', async () => {
    const simulator = await start({ latencyMs: { min: 60_000, max: 60_000 } });
    const waiting = ping(simulator).catch((thrown: unknown) => thrown);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([simulator.close(), simulator.close()]);
    expect(await waiting).toBeInstanceOf(Error);
  });
});

describe('limits', () => {
  it('are those of the sources, said in their own words', async () => {
    let clock = nowMs;
    const limits = {
      coingecko: [{ requests: 2, perMs: 60_000 }],
      goplus: [{ requests: 1, perMs: 60_000 }],
      dexscreener: [{ requests: 1, perMs: 60_000 }],
    };
    const simulator = await start({ now: () => clock, limits });
    const statuses = [await ping(simulator), await ping(simulator), await ping(simulator)].map((reply) => reply.status);
    expect(statuses).toEqual([200, 200, 429]);
    const goplus = `${simulator.baseUrls['goplus']}/token_security/1?contract_addresses=0x${'0'.repeat(40)}`;
    expect(await (await fetch(goplus)).json()).toMatchObject({ code: 1 });
    const refused = await fetch(goplus);
    expect(refused.status).toBe(200);
    expect(await refused.json()).toMatchObject({ code: 4029 });
    const dexscreener = `${simulator.baseUrls['dexscreener']}/latest/dex/search?q=a`;
    expect((await fetch(dexscreener)).status).toBe(200);
    expect((await fetch(dexscreener)).status).toBe(429);
    clock += 60_000;
    expect((await ping(simulator)).status).toBe(200);
  });

  it('hold by default, in bursts too', async () => {
    const simulator = await startSimulator({ latencyMs: { min: 0, max: 0 }, now: () => nowMs });
    started.push(simulator);
    const goplus = `${simulator.baseUrls['goplus']}/token_security/1?contract_addresses=0x${'0'.repeat(40)}`;
    const replies = await Promise.all(Array.from({ length: 8 }, async () => (await fetch(goplus)).json()));
    expect(replies.filter((reply) => (reply as { code: number }).code === 4029)).toHaveLength(1);
  });
});

describe('faults', () => {
  const faulty = async (rule: FaultRule, options: SimulatorOptions = {}): Promise<Simulator> =>
    start({ faults: [rule], ...options });

  it('has a file of its own for each', () => {
    expect(faultNames).toHaveLength(11);
  });

  it('latency: the reply comes later than others', async () => {
    const simulator = await faulty({ fault: 'latency', path: '/ping', options: { minMs: 300, maxMs: 400 } });
    const late = ping(simulator).then(() => 'late');
    expect(await Promise.race([late, markets(simulator).then(() => 'on time')])).toBe('on time');
    expect(await late).toBe('late');
  });

  it('rate_limit: with and without Retry-After', async () => {
    const simulator = await faulty({ fault: 'rate_limit' });
    const plain = await ping(simulator);
    expect([plain.status, plain.headers.get('retry-after')]).toEqual([429, null]);
    simulator.setFaults([{ fault: 'rate_limit', options: { retryAfterSeconds: 7 } }]);
    expect((await ping(simulator)).headers.get('retry-after')).toBe('7');
  });

  it('error_body: HTTP 200 with an error', async () => {
    const reply = await ping(await faulty({ fault: 'error_body' }));
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({ status: { error_code: 429 } });
  });

  it('html: a page, with the status asked for', async () => {
    const reply = await ping(await faulty({ fault: 'html', options: { status: 200 } }));
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toContain('text/html');
  });

  it('malformed_json: a body that is not JSON', async () => {
    const reply = await markets(await faulty({ fault: 'malformed_json' }));
    expect(reply.headers.get('content-type')).toContain('json');
    const text = await reply.text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('truncated: breaks the connection, or passes half a body off as whole', async () => {
    const simulator = await faulty({ fault: 'truncated' });
    const broken = await markets(simulator);
    await expect(broken.text()).rejects.toThrow();
    simulator.setFaults([{ fault: 'truncated', options: { connection: 'kept' } }]);
    const text = await (await markets(simulator)).text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    simulator.setFaults([{ fault: 'truncated', options: { keepFraction: 0 } }]);
    await expect((await markets(simulator)).text()).rejects.toThrow();
  });

  it('outage: a 5xx, or no answer', async () => {
    const simulator = await faulty({ fault: 'outage' });
    expect((await ping(simulator)).status).toBe(503);
    simulator.setFaults([{ fault: 'outage', options: { how: 'hang_up' } }]);
    await expect(ping(simulator)).rejects.toThrow();
  });

  it('reset: the connection is reset', async () => {
    const simulator = await faulty({ fault: 'reset' });
    await expect(ping(simulator)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  });

  it('slow_drip: the whole body, slowly', async () => {
    const simulator = await faulty({ fault: 'slow_drip', options: { bytesPerChunk: 8, everyMs: 5 } });
    const reply = await ping(simulator);
    const chunks: number[] = [];
    for await (const chunk of reply.body ?? []) chunks.push((chunk as Uint8Array).length);
    expect(chunks.length).toBeGreaterThan(2);
    expect(Math.max(...chunks)).toBeLessThanOrEqual(16);
  });

  it('slow_drip: ends with the simulator', async () => {
    const simulator = await faulty({ fault: 'slow_drip', options: { bytesPerChunk: 1, everyMs: 60_000 } });
    const reply = await ping(simulator);
    const body = reply.text().catch((thrown: unknown) => thrown);
    await simulator.close();
    expect(await body).toBeInstanceOf(Error);
  });

  it('stale_data: an older market', async () => {
    const simulator = await faulty({ fault: 'stale_data', options: { ageMs: 7_200_000 } });
    const [row] = (await (await markets(simulator)).json()) as { last_updated: string }[];
    expect(row?.last_updated).toBe(new Date(nowMs - 7_200_000).toISOString());
  });

  it('wrong_numbers: values off by a factor, strings of digits still strings', async () => {
    const right = await start();
    const wrong = await faulty({ fault: 'wrong_numbers', options: { factor: -10 } });
    const [good] = (await (await markets(right)).json()) as { current_price: number; total_supply: number }[];
    const [bad] = (await (await markets(wrong)).json()) as { current_price: number; total_supply: number }[];
    expect(bad?.current_price).toBeCloseTo(-10 * (good?.current_price ?? 0));
    expect(bad?.total_supply).toBe(good?.total_supply);
    const address = right.watchlist.find((token) => token.contract?.chain === 'base')?.contract?.address;
    const pairs = await fetch(`${wrong.baseUrls['dexscreener']}/tokens/v1/base/${address}`);
    const [pair] = (await pairs.json()) as { priceUsd: string }[];
    expect(pair?.priceUsd).toMatch(/^-/);
  });

  it('strike only where and when they are told to', async () => {
    let clock = nowMs;
    const simulator = await start({
      now: () => clock,
      faults: [{ fault: 'outage', source: 'coingecko', path: '/coins', fromMs: nowMs + 1_000, untilMs: nowMs + 2_000 }],
    });
    const statuses: number[] = [];
    for (const at of [0, 1_000, 1_999, 2_000]) {
      clock = nowMs + at;
      statuses.push((await markets(simulator)).status);
    }
    expect(statuses).toEqual([200, 503, 503, 200]);
    clock = nowMs + 1_000;
    expect((await ping(simulator)).status).toBe(200);
    expect((await fetch(`${simulator.baseUrls['dexscreener']}/latest/dex/search?q=a`)).status).toBe(200);
  });

  it('strike the same requests for the same seed', async () => {
    const pattern = async (seed: number) => {
      const simulator = await faulty({ fault: 'outage', probability: 0.5 }, { seed });
      const statuses: number[] = [];
      for (let count = 0; count < 30; count += 1) statuses.push((await ping(simulator)).status);
      return statuses;
    };
    const first = await pattern(3);
    expect(await pattern(3)).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  it('can be combined', async () => {
    const simulator = await start({ faults: [{ fault: 'latency', options: { minMs: 20 } }, { fault: 'html' }] });
    expect((await ping(simulator)).status).toBe(403);
  });

  it.each([
    [{ fault: 'gremlins' }, /0\.fault/],
    [{ fault: 'html', options: { status: 42 } }, /0\.options\.status/],
    [{ fault: 'html', optoins: {} }, /optoins/],
    [{ fault: 'html', source: 'coingeko' }, /"coingeko" is not one of coingecko/],
    [{ fault: 'html', path: 'coins' }, /0\.path/],
    [{ fault: 'html', probability: 2 }, /0\.probability/],
    [{ fault: 'latency', options: { minMs: 5, maxMs: 1 } }, /maxMs must not be less/],
  ])('refuses %o and keeps what was in force', async (rule, problem) => {
    const simulator = await faulty({ fault: 'outage' });
    const attempt = () => simulator.setFaults([rule as FaultRule]);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'SIM_FAULTS_INVALID', message: expect.stringMatching(problem) }),
    );
    expect((await ping(simulator)).status).toBe(503);
  });
});

describe('the control endpoints', () => {
  const put = (
    simulator: Simulator,
    body: string,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => rawRequest(simulator, '/_control/faults', { method: 'PUT', headers, body });

  it('show and replace the faults in force', async () => {
    const simulator = await start();
    const accepted = await put(simulator, JSON.stringify({ faults: [{ fault: 'outage' }] }));
    expect(accepted.status).toBe(200);
    expect((await ping(simulator)).status).toBe(503);
    const shown = await (await fetch(`${simulator.url}/_control/faults`)).json();
    expect(shown).toMatchObject({ faults: [{ fault: 'outage', probability: 1 }] });
    expect((await put(simulator, '[]')).status).toBe(200);
    expect((await ping(simulator)).status).toBe(200);
  });

  it('show the symbols and not the truth', async () => {
    const simulator = await start();
    const text = await (await fetch(`${simulator.url}/_control/world`)).text();
    expect(JSON.parse(text)).toEqual({ seed: 1, symbols: simulator.watchlist.map((token) => token.symbol) });
  });

  it('refuse what they cannot use, and say why', async () => {
    const simulator = await start();
    expect(await put(simulator, '{')).toMatchObject({
      status: 400,
      body: expect.stringContaining('SIM_FAULTS_INVALID'),
    });
    expect(await put(simulator, '[{"fault":"gremlins"}]')).toMatchObject({ status: 400 });
    expect(await put(simulator, '[]', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await put(simulator, 'x'.repeat(70_000))).toMatchObject({ status: 413 });
    expect(await rawRequest(simulator, '/_control/truth', {})).toMatchObject({ status: 404 });
    expect((await ping(simulator)).status).toBe(200);
  });

  it('refuse a host name that is not this machine, as a rebound browser sends', async () => {
    const simulator = await start();
    const foreign = { headers: { host: 'evil.example' } };
    expect((await rawRequest(simulator, '/_control/world', foreign)).status).toBe(403);
    expect((await rawRequest(simulator, '/coingecko/ping', foreign)).status).toBe(200);
    expect((await rawRequest(simulator, '/_control/world', { headers: { host: 'LOCALHOST:80' } })).status).toBe(200);
  });
});

import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import type { Token } from '@autotrader/sources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eth, failedScan, scoredScan, uni } from '../../testing/scan-fixtures.ts';
import { createTestApi, type TestApi, wellHealth } from '../../testing/test-api.ts';

let recorder: Recorder;
let test: TestApi | undefined;

beforeEach(() => {
  recorder = createRecorder();
});

afterEach(async () => {
  await test?.close();
  recorder.close();
});

async function page(
  url: string,
  options: Parameters<typeof createTestApi>[0] = {},
  fill?: (opened: TestApi) => Promise<unknown>,
) {
  test = await createTestApi(options);
  await fill?.(test);
  return test.api.app.inject({ url, headers: { host: 'localhost' } });
}

const withScans = async ({ store }: TestApi) => {
  await store.complete(scoredScan());
  await store.complete(failedScan());
};

describe('the page', () => {
  it('shows every token without needing its script, and links to metrics, reference and health', async () => {
    const { body, headers } = await page('/', {}, withScans);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    for (const text of [
      '>UNI<',
      '>ETH<',
      '>LINK<',
      'Uniswap',
      '54.2',
      '41–68',
      '62 %',
      'Solid, but holders are unknown.',
    ]) {
      expect(body).toContain(text);
    }
    for (const link of ['href="http://127.0.0.1:9090/metrics"', 'href="/api/docs"', 'href="/health"'])
      expect(body).toContain(link);
    expect(body).toContain('Informational only, not financial advice.');
  });

  it('says "unknown" of what is not known, never 0 and never safe', async () => {
    const { body } = await page('/', { watchlist: [eth] }, withScans);
    const row = body.slice(body.indexOf('data-row="ETH"'));
    expect(row).toContain('Scan failed');
    expect(row.match(/unknown/g)?.length).toBeGreaterThanOrEqual(3);
    expect(row).not.toContain('none found');
    expect(row).not.toMatch(/>0(\.0)?</);
  });

  it('says that a token was not scanned yet', async () => {
    const { body } = await page('/', { watchlist: [uni] });
    expect(body).toContain('not scanned yet');
    expect(body).toContain('no data yet');
  });

  it('says what is not well, and why', async () => {
    const checks = {
      data_sources: {
        status: 'degraded' as const,
        cause: 'circuit breakers not closed: goplus',
        age_seconds: 0,
        duration_seconds: 0,
      },
    };
    const { body } = await page('/', { health: () => Promise.resolve({ ...wellHealth, status: 'degraded', checks }) });
    expect(body).toContain('Working, with limits');
    expect(body).toContain('circuit breakers not closed: goplus');
  });

  it('asks nothing of any other host and has nothing inline', async () => {
    const { body } = await page('/', {}, withScans);
    expect(body).not.toMatch(/(src|href)="(https?:)?\/\/(?!127\.0\.0\.1:9090)/);
    expect(body).not.toMatch(/<style|style="|<script>|\son[a-z]+="/);
  });
});

describe('a hostile token', () => {
  const evil = '"><script>alert(1)</script>';
  const hostile: Token = { symbol: evil, name: `<img src=x onerror=alert(1)>\u202e\u0000`, coingeckoId: 'evil' };

  it('is text on the page', async () => {
    const { body } = await page('/', { watchlist: [hostile] }, ({ store }) =>
      store.complete(scoredScan({ token: hostile, reason: `<b>${evil}</b>`, flags: ['<i>flag</i>'] })),
    );
    expect(body).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body).not.toContain('<script>alert');
    expect(body).not.toContain('<img');
    expect(body).not.toContain('<i>flag');
    expect(body).not.toContain('\u0000');
  });

  it('is text in its details, and so is all that the sources said', async () => {
    const scan = scoredScan({
      token: hostile,
      missing: [`<u>${evil}</u>`],
      findings: [{ code: 'x', severity: 'high', message: '<h1>m</h1>', evidence: '<h1>e</h1>', source: '<h1>s</h1>' }],
      narrative: {
        provider: 'lexicon',
        sentiment: 0.5,
        momentum: 0.5,
        themes: ['<h1>t</h1>'],
        summary: '<h1>n</h1>',
        observedAtMs: 0,
      },
    });
    const { body, statusCode } = await page(
      `/page/data/tokens/${encodeURIComponent(evil)}`,
      { watchlist: [hostile] },
      ({ store }) => store.complete(scan),
    );
    expect(statusCode).toBe(200);
    expect(body).not.toMatch(/<(script|img|h1|u)\b/);
    expect(body.match(/&lt;h1&gt;/g)).toHaveLength(5);
  });
});

describe('the details of a token', () => {
  it('show features, inputs with source and age, findings, checks, and what is missing', async () => {
    const { body } = await page('/page/data/tokens/UNI', {}, withScans);
    for (const text of [
      'Liquidity depth',
      '<b>$1M</b>',
      'dexscreener, 45 s old',
      'lowered: thin liquidity',
      'The contract can be replaced',
      'is_proxy = 1',
      '>unknown</span> No hidden owner',
      'goplus token_security: rate_limited',
      '0af7651916cd43dd8448eb211c80319c',
    ]) {
      expect(body).toContain(text);
    }
  });

  it('say of a failed scan why there is no score', async () => {
    const { body } = await page('/page/data/tokens/ETH', {}, withScans);
    expect(body).toContain('nothing usable came');
    expect(body).toContain('coingecko coins_markets: network');
  });

  it('of a token that was not scanned say so', async () => {
    expect((await page('/page/data/tokens/LINK')).body).toContain('has not been scanned yet');
  });
});

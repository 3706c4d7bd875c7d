import { describe, expect, it } from 'vitest';
import { sourceSettingsSchema } from './settings.ts';

describe('source settings', () => {
  it('default to the real hosts and the limits of the free plans', () => {
    const settings = sourceSettingsSchema.parse({});
    expect(settings.coingecko).toMatchObject({
      baseUrl: 'https://api.coingecko.com/api/v3',
      requestsPerMinute: 5,
      coolDownMs: 60_000,
    });
    expect(settings.dexscreener).toMatchObject({ baseUrl: 'https://api.dexscreener.com', requestsPerMinute: 300 });
    expect(settings.goplus).toMatchObject({
      baseUrl: 'https://api.gopluslabs.io/api/v1',
      requestsPerMinute: 20,
      burst: 1,
    });
    expect(Object.values(settings).every(({ enabled }) => enabled)).toBe(true);
  });

  it('allow more with a key, unless a limit is given', () => {
    expect(sourceSettingsSchema.parse({ coingecko: { api_key: 'CG-x' } }).coingecko.requestsPerMinute).toBe(25);
    const given = { coingecko: { api_key: 'CG-x', requests_per_minute: 90 } };
    expect(sourceSettingsSchema.parse(given).coingecko.requestsPerMinute).toBe(90);
  });

  it('take an empty key for none, as an unset variable leaves it', () => {
    for (const api_key of ['', '  ', null]) {
      const { coingecko } = sourceSettingsSchema.parse({ coingecko: { api_key } });
      expect([coingecko.apiKey, coingecko.requestsPerMinute]).toEqual([undefined, 5]);
    }
  });

  it('drop the slash at the end of an address', () => {
    expect(sourceSettingsSchema.parse({ goplus: { base_url: 'http://127.0.0.1:1/x/' } }).goplus.baseUrl).toBe(
      'http://127.0.0.1:1/x',
    );
  });

  it.each([
    { coingeko: {} },
    { coingecko: { timeout: 5 } },
    { coingecko: { base_url: 'ftp://example.org' } },
    { coingecko: { base_url: 'nowhere' } },
    { coingecko: { base_url: 'https://me:hunter2@example.org' } },
    { coingecko: { base_url: 'https://example.org/v3?x_cg_pro_api_key=hunter2' } },
    { coingecko: { base_url: 'https://example.org/#v3' } },
    { coingecko: { requests_per_minute: 0 } },
    { coingecko: { api_key: 'two\nlines' } },
    { goplus: { timeout_ms: '10' } },
  ])('refuse %j', (given) => {
    const { success, error } = sourceSettingsSchema.safeParse(given);
    expect(success).toBe(false);
    expect(error?.message).not.toContain('hunter2');
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readProxy } from './proxy.ts';

const names = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];

describe('the proxy of the environment', () => {
  beforeEach(() => {
    for (const name of names.flatMap((lower) => [lower, lower.toUpperCase()])) vi.stubEnv(name, undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each<[Record<string, string>, string, string]>([
    [{}, 'https://collector.test/', ''],
    [{ HTTPS_PROXY: 'http://p:3128' }, 'https://collector.test/', 'http://p:3128'],
    [{ https_proxy: 'http://p:3128' }, 'https://collector.test/', 'http://p:3128'],
    [{ HTTPS_PROXY: 'http://p:3128' }, 'http://collector.test/', ''],
    [{ HTTP_PROXY: 'http://p:3128' }, 'http://collector.test:4318/', 'http://p:3128'],
    [{ ALL_PROXY: 'http://p:3128' }, 'http://collector.test/', 'http://p:3128'],
    [{ ALL_PROXY: 'http://p:3128', NO_PROXY: '*' }, 'http://collector.test/', ''],
    [{ ALL_PROXY: 'http://p:3128', NO_PROXY: 'x.test, .test' }, 'http://collector.test/', ''],
    [{ ALL_PROXY: 'http://p:3128', NO_PROXY: 'collector.test:4318' }, 'http://collector.test/', 'http://p:3128'],
    [{ ALL_PROXY: 'http://p:3128' }, 'http://localhost:4318/', ''],
    [{ ALL_PROXY: 'http://p:3128' }, 'http://127.0.0.1:4318/', ''],
    [{ ALL_PROXY: 'http://p:3128' }, 'http://[::1]:4318/', ''],
  ])('%j means for %s the proxy %j', async (env, address, proxy) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(await readProxy(address)).toBe(proxy);
  });
});

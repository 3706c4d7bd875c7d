import { describe, expect, it } from 'vitest';
import { createExactLookup, isAnswer, isOfSite, pathBelow } from './recorded-lookup.ts';
import type { RecordedReply } from './recorded-reply.ts';

const site = { source: 'coingecko', hosts: ['api.coingecko.com'], basePath: '/api/v3' };

function reply(url: string, given: Partial<RecordedReply> = {}): RecordedReply {
  return { file: 'a.json', method: 'GET', url, status: 200, headers: {}, body: { id: 1 }, ...given };
}

function ask(replies: readonly RecordedReply[], path: string, query = '') {
  return createExactLookup(site, replies)({ method: 'GET', path, query: new URLSearchParams(query), headers: {} });
}

describe('a recorded URL', () => {
  it.each([
    ['https://api.coingecko.com/api/v3/coins/bitcoin', '/coins/bitcoin'],
    ['https://api.coingecko.com/api/v3/simple/price/?ids=a', '/simple/price'],
    ['http://127.0.0.1:4711/coingecko/ping', '/ping'],
    ['https://api.coingecko.com/api/v3/coins/{id}', '/coins/{id}'],
  ])('%s belongs to the site, below its base: %s', (url, path) => {
    expect(isOfSite(site, new URL(url))).toBe(true);
    expect(pathBelow(site, new URL(url))).toBe(path);
  });

  it.each(['https://api.llama.fi/protocols', 'https://api.coingecko.com/other', 'http://127.0.0.1/goplus/x'])(
    '%s is not of the site',
    (url) => expect(isOfSite(site, new URL(url))).toBe(false),
  );
});

describe('the same question', () => {
  const base = 'https://api.coingecko.com/api/v3';

  it('is found whatever the order of its parameters, and without its key', () => {
    const replies = [reply(`${base}/coins/markets?ids=a%2Cb&vs_currency=usd&x_cg_demo_api_key=redacted`)];
    expect(ask(replies, '/coins/markets', 'vs_currency=usd&ids=a,b')?.status).toBe(200);
    expect(ask(replies, '/coins/markets', 'vs_currency=usd&ids=a')).toBeUndefined();
  });

  it('gets its newest answer, and a failure only when there was no answer', () => {
    const failed = reply(`${base}/ping`, { status: 429, recordedAtMs: 3, body: 'no' });
    const older = reply(`${base}/ping`, { recordedAtMs: 1, body: 'old' });
    const newer = reply(`${base}/ping`, { recordedAtMs: 2, body: 'new' });
    expect(ask([newer, failed, older], '/ping')?.body).toBe('new');
    expect(ask([failed], '/ping')).toMatchObject({ status: 429, body: 'no' });
  });

  it('is answered with the headers that clients act on, not those of the old transfer', () => {
    const headers = { 'Content-Encoding': 'gzip', 'Retry-After': '3', 'Content-Type': 'application/json' };
    const found = ask([reply(`${base}/ping`, { headers })], '/ping');
    expect(found?.headers).toEqual({ 'retry-after': '3', 'content-type': 'application/json' });
  });
});

describe('isAnswer', () => {
  it.each([
    [200, { id: 'a' }, true],
    [200, [], true],
    [200, { status: { error_code: 429 } }, false],
    [200, { error: 'coin not found' }, false],
    [200, { code: 4029, message: 'too many requests', result: null }, false],
    [200, { code: 1, message: 'OK', result: {} }, true],
    [404, {}, false],
  ])('tells an answer from an error: %i %o', (status, body, expected) => {
    expect(isAnswer(reply('https://api.coingecko.com/api/v3/x', { status, body }))).toBe(expected);
  });
});

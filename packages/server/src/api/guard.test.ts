import { describe, expect, it } from 'vitest';
import { createGuard, isLoopback, type Knock } from './guard.ts';

const token = 'a-token-of-sixteen+';

const good: Knock = {
  isChange: true,
  isPrivate: true,
  host: '127.0.0.1:8000',
  origin: undefined,
  fetchSite: undefined,
  authorization: undefined,
  contentType: 'application/json',
};

function refusalOf(options: { host: string; token: string | null }, knock: Partial<Knock>): string | null {
  try {
    createGuard(options).check({ ...good, ...knock });
    return null;
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
}

const open = { host: '127.0.0.1', token: null };

describe('on loopback', () => {
  it.each(['127.0.0.1:8000', 'localhost:8000', 'LOCALHOST', '[::1]:8000', 'localhost'])('answers to %s', (host) => {
    expect(refusalOf(open, { host })).toBeNull();
  });

  it.each([
    'evil.example',
    '127.0.0.1.evil.example:8000',
    'localhost.evil.example',
    '192.168.0.1',
    '',
    undefined,
    '0.0.0.0:8000',
  ])('refuses the host "%s", which a rebound name would bring', (host) => {
    expect(refusalOf(open, { host })).toBe('SRV_HOST_REFUSED');
  });

  it('answers to any name when it listens for other machines, where the token decides', () => {
    expect(
      refusalOf({ host: '0.0.0.0', token }, { host: 'scanner.example', authorization: `Bearer ${token}` }),
    ).toBeNull();
  });
});

describe('a change', () => {
  it.each([
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
  ])('of content type %s is refused, because a form of any site could send it', (contentType) => {
    expect(refusalOf(open, { contentType })).toBe('SRV_MEDIA_TYPE_REFUSED');
  });

  it('from a page of another origin is refused', () => {
    expect(refusalOf(open, { origin: 'http://evil.example' })).toBe('SRV_ORIGIN_REFUSED');
    expect(refusalOf(open, { origin: 'null' })).toBe('SRV_ORIGIN_REFUSED');
    expect(refusalOf(open, { origin: 'http://127.0.0.1:9000' })).toBe('SRV_ORIGIN_REFUSED');
    expect(refusalOf(open, { fetchSite: 'cross-site' })).toBe('SRV_ORIGIN_REFUSED');
  });

  it('from its own page or from a program is let in', () => {
    expect(refusalOf(open, { origin: 'http://127.0.0.1:8000', fetchSite: 'same-origin' })).toBeNull();
    expect(refusalOf(open, { contentType: 'application/json; charset=utf-8' })).toBeNull();
  });
});

describe('a token', () => {
  const guarded = { host: '127.0.0.1', token };

  it('is asked for where data is shown or changed, and nowhere else', () => {
    expect(refusalOf(guarded, {})).toBe('SRV_UNAUTHORIZED');
    expect(refusalOf(guarded, { isPrivate: false })).toBeNull();
    expect(refusalOf(guarded, { authorization: `Bearer ${token}` })).toBeNull();
    expect(refusalOf(guarded, { authorization: `bearer ${token}` })).toBeNull();
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Basic ${token}`,
    token,
    'Bearer ü',
  ])('is not "%s"', (authorization) => {
    expect(refusalOf(guarded, { authorization })).toBe('SRV_UNAUTHORIZED');
  });
});

describe('loopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.4', false],
    ['127.0.0.1.example', false],
    ['example.org', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

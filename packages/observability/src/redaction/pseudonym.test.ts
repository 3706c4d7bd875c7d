import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRedactFields } from './default-fields.ts';
import { isRedacted } from './placeholder.ts';
import { createPseudonyms } from './pseudonym.ts';
import { createRedactor } from './redactor.ts';

const key = 'a key of at least 16 characters';
const nameOf = createPseudonyms(key);
const redactor = createRedactor(defaultRedactFields, { pseudonymKey: key });

describe('a pseudonym', () => {
  it('is the beginning of an HMAC-SHA-256', () => {
    // RFC 4231, test case 2.
    expect(createPseudonyms('Jefe')('what do ya want for nothing?')).toBe('[REDACTED:hmac:5bdcc146bf60]');
  });

  it('is the same in another process', () => {
    const script = `console.log(require('node:crypto').createHmac('sha256', ${JSON.stringify(key)}).update('hunter2').digest('hex').slice(0, 12))`;
    const other = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim();
    expect(nameOf('hunter2')).toBe(`[REDACTED:hmac:${other}]`);
  });

  it('differs for different secrets and keys', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(nameOf(one) === nameOf(other)).toBe(one === other);
        expect(createPseudonyms(`${key}!`)(one)).not.toBe(nameOf(one));
      }),
    );
  });

  it('is one for a secret, whatever it came in', () => {
    const expected = `[REDACTED:hmac:${/:hmac:(\w+)/.exec(nameOf('hunter2'))?.[1]}]`;
    expect(redactor.replace(['hunter2'])).toBe(expected);
    expect(redactor.cleanText('https://h/?token=hunter2')).toBe(`https://h/?token=${expected}`);
    expect(redactor.cleanText('{"token":"hunter2"}')).toBe(`{"token":"${expected}"}`);
    expect(redactor.cleanText("password: 'hunter2'")).toBe(`password: '${expected}'`);
  });

  it.each<[string, unknown]>([
    ['a cycle', Object.assign([], { 0: 1 })],
    [
      'a getter that throws',
      {
        get a(): never {
          throw new Error('no');
        },
      },
    ],
    ['a symbol', Symbol('x')],
    [
      'a proxy',
      new Proxy(
        {},
        {
          ownKeys() {
            throw new Error('no');
          },
        },
      ),
    ],
    ['a map', new Map([['a', 1]])],
    ['bytes', Buffer.from('hunter2')],
    [
      'an endless list',
      {
        *[Symbol.iterator]() {
          for (;;) yield 'x';
        },
      },
    ],
    ['a huge text', 'x'.repeat(10_000_000)],
  ])('is found for %s', (_what, secret) => {
    expect(isRedacted(nameOf(secret))).toBe(true);
  });

  it('is not replaced again', () => {
    const once = redactor.cleanText('https://u:p@h/?token=x Authorization: Bearer y');
    expect(redactor.cleanText(once)).toBe(once);
  });
});

describe('the key', () => {
  it('never appears', () => {
    expect(redactor.cleanText(`configured with ${key}!`)).toBe('configured with [REDACTED]!');
    expect(redactor.isSecretName('pseudonym_key')).toBe(true);
  });
});

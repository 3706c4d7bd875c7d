import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLabelText } from '../../metrics/label-redaction.ts';
import { defaultRedactFields } from '../../redaction/default-fields.ts';
import { cleanAttributes } from '../../tracing/attributes.ts';
import type { LogRecord } from '../log-record.ts';
import { createPrettyLine } from '../terminal/pretty-line.ts';
import { createLineEncoder } from './line-encoder.ts';

const identity = { serviceName: 'shop', environment: 'test', version: '1' };
const pseudonymKey = 'a key of at least 16 characters';
const encoders = [
  createLineEncoder(identity, { redactFields: defaultRedactFields, defaultFields: {} }),
  createLineEncoder(identity, {
    redactFields: defaultRedactFields,
    defaultFields: {},
    redaction: { listPaths: true, pseudonymKey },
  }),
];
const pretty = createPrettyLine(true);

function linesOf(record: Record<string, unknown>): string[] {
  const full = { level: 'INFO', logger: 'a', event: 'e', bound: undefined, fields: undefined, ...record };
  return encoders.map((encode) => encode(full as unknown as LogRecord, { timeMs: 0, ids: undefined }).line);
}

function listed(record: Record<string, unknown>): unknown {
  return JSON.parse(linesOf(record)[1] ?? '')['redacted'];
}

// Looks like no known format: only its place gives it away.
const secret = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{14,20}[0-9]$/);
const secretName = fc.constantFrom(
  'token',
  'API_KEY',
  'x-api-key',
  'Authorization',
  'dbPassword',
  'Cookie',
  'mnemonic',
  'client_secret',
  'X-Amz-Security-Token',
  'apiKeys',
);

/** Text shapes: what a message, a body, an address or a command line may look like. */
const textShapes: ((secret: string, name: string) => string)[] = [
  (value) => `Bearer ${value}`,
  (value) => `authorization: bearer ${value}`,
  (value) => `Basic ${Buffer.from(`user:${value}`).toString('base64')}`,
  (value) => `https://user:${value}@example.org/a`,
  (value) => `postgres://app:${value}@db:5432/x?sslmode=require`,
  (value) => `redis://:p/${value}@cache`,
  (value, name) => `/path?x=1&${name}=${value}&y=2`,
  (value, name) => `https://h/?${encodeURIComponent(name)}=${encodeURIComponent(value)}#top`,
  (value, name) => `?to=${encodeURIComponent(`https://h/?${name}=${value}&a=1`)}`,
  (value, name) => JSON.stringify({ a: { [name]: value } }),
  (value, name) => JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ [name]: [value] }) }) }),
  (value, name) => `failed: ${JSON.stringify({ a: [{ [name]: { deep: [value] } }] })}`,
  (value, name) => `said ${JSON.stringify(JSON.stringify({ [name]: value }))}`,
  (value, name) => JSON.stringify({ rawHeaders: ['Accept', 'x', name, value] }),
  (value, name) => JSON.stringify([{ name, value }]),
  (value, name) => `${name}: '${value}'`,
  (value, name) => `${name}=${value}`,
  (value, name) => `retry with --${name} ${value} now`,
  (value, name) => `POST / HTTP/1.1\r\nHost: h\r\n${name}: ${value}\r\n\r\n{}`,
  (value) => `-----BEGIN PRIVATE KEY-----\n${value}\n-----END PRIVATE KEY-----`,
  (value) => `the api key: ${value}`,
];
const planted = fc
  .tuple(secret, secretName, fc.constantFrom(...textShapes))
  .map(([value, name, shape]) => ({ value, text: shape(value, name), name }));

/** Object shapes: what libraries hang on errors and callers pass as fields. */
const objectShapes: ((text: string, name: string) => unknown)[] = [
  (text, name) => ({ [name]: text }),
  (text, name) => ({ config: { headers: { [name]: text }, auth: { username: 'u', password: text } }, request: {} }),
  (text, name) => ({ response: { headers: new Headers({ 'set-cookie': 'a' }), config: { [name]: [text] } } }),
  (text, name) => ({ options: { headers: { [name.toLowerCase()]: text }, url: new URL('https://h') } }),
  (text, name) => ({ rawHeaders: ['Accept', 'x', name, text] }),
  (text, name) => ({ opts: { headers: ['accept', 'x', name, text] } }),
  (text, name) => ({
    headers: [
      ['accept', 'x'],
      [name, text],
    ],
  }),
  (text, name) => ({
    headers: [
      { name: 'accept', value: 'x' },
      { name, value: text },
    ],
  }),
  (text, name) => new Map<string, unknown>([['a', new Map([[name, text]])]]),
  (text, name) => ({ a: { b: new Set([{ [name]: { deep: [text] } }]) } }),
  (text, name) => ({ toJSON: () => ({ [name]: text }) }),
  (text, name) => Object.assign(Object.create(null), { [name]: text }),
  (text, name) =>
    new (class Request {
      [x: string]: unknown;
      constructor() {
        this[name] = text;
      }
    })(),
  (text, name) => ({ argv: ['run', `--${name}`, text, '--verbose'] }),
  (text, name) => new Proxy({ [name]: text }, {}),
];

describe('a planted secret', () => {
  it('stays out of every sink, whatever text it stands in', () => {
    fc.assert(
      fc.property(planted, fc.constantFrom('', 'before ', '"', '\n'), ({ value, text }, before) => {
        const whole = `${before}${text}`;
        const error = Object.assign(new Error(whole, { cause: new AggregateError([new Error(whole)], whole) }), {
          body: whole,
        });
        const records = [
          { fields: { whole } },
          { event: whole },
          { bound: { a: [whole] } },
          { fields: { [whole]: 1 } },
          { thrown: { error } },
        ];
        const lines = records.flatMap(linesOf);
        const span = JSON.stringify(cleanAttributes({ 'http.body': whole, list: [whole, 'x'] }));
        for (const sink of [...lines, ...lines.map(pretty), span, cleanLabelText(whole)]) {
          if (sink.includes(value)) throw new Error(`${JSON.stringify(whole)} shows in ${sink}`);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('stays out of every line, whatever object it stands in', () => {
    fc.assert(
      fc.property(secret, secretName, fc.constantFrom(...objectShapes), (value, name, shape) => {
        const object = shape(value, name);
        const error = typeof object === 'object' ? Object.assign(new Error('401'), object) : new Error('401');
        const records = [
          { fields: { object } },
          { fields: object },
          { bound: { a: [object] } },
          { thrown: { error } },
          { thrown: { error: object } },
        ];
        const lines = [...records, { thrown: { error: new Error('x', { cause: object }) } }].flatMap(linesOf);
        for (const line of [...lines, ...lines.map(pretty)]) {
          if (line.includes(value)) throw new Error(`shows in ${line}`);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes nothing with it', () => {
    const fields = {
      token_symbol: 'BTC',
      token_count: 5,
      tokens_used: 7,
      tokens: ['a'],
      cookie_count: 1,
      author: 'x',
      secretary: 'y',
      primary_key: 3,
      authorized: true,
      password: null,
      api_key: '',
      has_token: true,
      url: 'https://h/?token_symbol=BTC&limit=3',
      at: '2026-01-01T12:30:00Z',
      tx: `0x${'0123456789abcdef'.repeat(4)}`,
      note: 'nothing: to see',
      value: 'x',
      auth: 'oauth2',
      headers: ['a', 'b'],
      argv: ['--verbose', 'x'],
    };
    for (const line of linesOf({ fields })) expect(JSON.parse(line)).toMatchObject(fields);
  });

  const harmless = fc.stringMatching(/^[ a-z]{0,20}$/);
  it('leaves the fields beside it as they were', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^h_[a-z]{1,8}$/), fc.oneof(harmless, fc.integer(), fc.boolean())),
        secret,
        (fields, value) => {
          for (const line of linesOf({ fields: { ...fields, token: value, nested: { ...fields, token: value } } })) {
            expect(JSON.parse(line)).toMatchObject({ ...fields, nested: fields });
          }
        },
      ),
    );
  });
});

describe('user and password of a request', () => {
  it('are told from a way to authenticate', () => {
    const [line] = linesOf({ fields: { one: { auth: 'user:hunter2' }, two: { auth: 'oauth2' } } });
    expect(JSON.parse(line ?? '')).toMatchObject({ one: { auth: '[REDACTED]' }, two: { auth: 'oauth2' } });
  });
});

describe('the paths of what was removed', () => {
  it('are listed on request only', () => {
    const [without, withPaths] = linesOf({ fields: { user: { password: 'x' } } });
    expect(without).not.toContain('redacted');
    expect(JSON.parse(withPaths ?? '').redacted).toEqual(['fields.user.password']);
    expect(linesOf({ fields: { a: 1 } })[1]).not.toContain('redacted');
  });

  it('lead through objects, lists, maps and errors', () => {
    const error = Object.assign(new Error('Bearer x'), { config: { headers: { Authorization: 'y' } } });
    error.cause = new Error('api_key=z');
    const stackPaths = ['error.stack', 'error.cause.stack'];
    const paths = listed({
      event: 'Bearer x',
      thrown: { error },
      fields: {
        list: [1, { token: 'x' }],
        map: new Map([['secret', 1]]),
        url: new URL('https://u:p@h'),
        pair: [['token', 'x']],
      },
      bound: { password: 'x' },
    });
    expect((paths as string[]).filter((path) => !stackPaths.includes(path))).toEqual([
      'event',
      'error.message',
      'error.cause.message',
      'error.fields.config.headers.Authorization',
      'fields.list[1].token',
      'fields.map.secret',
      'fields.url',
      'fields.pair[0][1]',
      'bound.password',
    ]);
  });

  it('are bounded in number and length, and say how many more there were', () => {
    const many = Array.from({ length: 50 }, () => ({ token: 'x' }));
    const paths = listed({ fields: { many, ['k'.repeat(500)]: { ['l'.repeat(500)]: { token: 'x' } } } }) as string[];
    expect(paths).toHaveLength(21);
    expect(paths.at(-1)).toBe('… 31 more');
    const long = listed({ fields: { ['k'.repeat(500)]: { ['l'.repeat(500)]: { token: 'x' } } } }) as string[];
    expect(long[0]?.length).toBeLessThanOrEqual(200);
  });

  it('hold no secrets themselves', () => {
    const line = linesOf({ fields: { 'https://u:hunter2@h': { token: 'x' } } })[1];
    expect(line).not.toContain('hunter2');
    expect(JSON.parse(line ?? '').redacted[0]).toMatch(/^fields\.https:\/\/\[REDACTED:hmac:\w{12}\]@h\.token$/);
  });

  it('do not give way to a field of that name', () => {
    expect(JSON.parse(linesOf({ fields: { redacted: 'mine', token: 'x' } })[1] ?? '')).toMatchObject({
      field_redacted: 'mine',
      redacted: ['fields.token'],
    });
  });
});

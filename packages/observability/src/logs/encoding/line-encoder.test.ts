import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRedactFields } from '../../redaction/default-fields.ts';
import type { LogFields, LogRecord } from '../log-record.ts';
import { createLineEncoder } from './line-encoder.ts';
import { encodingLimits } from './value-encoder.ts';

const encode = createLineEncoder(
  { serviceName: 'shop', environment: 'test', version: '1' },
  { redactFields: defaultRedactFields, defaultFields: { region: 'eu' } },
);

function lineOf(record: Partial<LogRecord>): string {
  const full = { level: 'INFO', logger: 'a.b', event: 'it_happened', bound: undefined, fields: undefined, ...record };
  return encode(full as LogRecord, { timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6), ids: undefined }).line;
}

function parsed(fields: LogFields): Record<string, unknown> {
  return JSON.parse(lineOf({ fields }));
}

function shown(value: unknown): unknown {
  return parsed({ value })['value'];
}

describe('a line', () => {
  it('names time, level, logger, event and service before the fields', () => {
    expect(lineOf({ bound: { b: 1 }, fields: { a: 'x' } })).toBe(
      '{"timestamp":"2026-01-02T03:04:05.006Z","level":"INFO","logger":"a.b","event":"it_happened",' +
        '"service":"shop","environment":"test","version":"1","a":"x","b":1,"region":"eu"}',
    );
  });

  it('lets a field of the call win over a bound one, and that over a default one', () => {
    const line = lineOf({ bound: { region: 'us', a: 1 }, fields: { a: 2 } });
    expect(JSON.parse(line)).toMatchObject({ a: 2, region: 'us' });
    expect(line.match(/"(?:a|region)":/g)).toHaveLength(2);
  });

  it('keeps its own names and renames the fields that would take them', () => {
    const line = lineOf({ fields: { level: 3, event: 'x', timestamp: 't', field_level: 4, trace_id: 'me' } });
    expect(JSON.parse(line)).toMatchObject({
      level: 'INFO',
      event: 'it_happened',
      field_field_level: 3,
      field_level: 4,
      field_event: 'x',
      field_timestamp: 't',
      field_trace_id: 'me',
    });
  });

  it('describes a thrown value as error, whatever a field of that name says', () => {
    const record = JSON.parse(lineOf({ thrown: { error: 'just text' }, fields: { error: 5 } }));
    expect(record).toMatchObject({ error: { type: 'string', message: 'just text' }, field_error: 5 });
  });
});

describe('an error', () => {
  class PaymentError extends Error {
    readonly code = 'PAY_REFUSED';
  }

  it('has type, message, code, stack and cause', () => {
    const error = new PaymentError('no', { cause: new TypeError('deep', { cause: 'text' }) });
    expect(shown(error)).toMatchObject({
      type: 'PaymentError',
      message: 'no',
      code: 'PAY_REFUSED',
      stack: expect.stringContaining('line-encoder.test.ts'),
      cause: { type: 'TypeError', message: 'deep', cause: 'text' },
    });
  });

  it('shows the errors it stands for', () => {
    const error = new AggregateError([new Error('one'), 'two'], 'both');
    expect(shown(error)).toMatchObject({ type: 'AggregateError', errors: [{ message: 'one' }, 'two'] });
  });

  it('may be its own cause', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(JSON.stringify(shown(error))).toContain('[circular]');
  });

  it('loses the secrets of the request it carries', () => {
    const headers = { Authorization: 'Bearer hunter2', 'x-api-key': 'hunter2', accept: 'json' };
    const error = Object.assign(new Error('401 for https://u:hunter2@h/?token=hunter2'), {
      config: { headers, data: '{"password":"hunter2"}' },
      response: { status: 401, headers: new Headers({ 'set-cookie': 'sid=hunter2', server: 'x' }) },
      rawHeaders: ['Authorization', 'hunter2', 'Accept', 'json'],
      entries: [['token', 'hunter2']],
    });
    const line = lineOf({ thrown: { error } });
    expect(line).not.toContain('hunter2');
    expect(JSON.parse(line).error.fields).toMatchObject({
      config: { headers: { accept: 'json' } },
      response: { status: 401, headers: { server: 'x' } },
    });
    expect(headers.Authorization).toBe('Bearer hunter2');
  });

  it('from another realm is still an error', () => {
    expect(shown(runInNewContext('new RangeError("far")'))).toMatchObject({ type: 'RangeError', message: 'far' });
  });
});

describe('what JSON cannot say', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const cyclic: Record<string, unknown> = { name: 'me' };
  cyclic['self'] = cyclic;

  it.each<[string, unknown, unknown]>([
    ['a cycle', cyclic, { name: 'me', self: '[circular]' }],
    ['a bigint', 12345678901234567890n, '12345678901234567890'],
    ['an enormous bigint', 2n ** 100_000n, '[bigint of over 600 digits]'],
    ['NaN', Number.NaN, 'NaN'],
    ['infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['an invalid date', new Date(Number.NaN), '[invalid date]'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', function named() {}, '[function named]'],
    ['null', null, null],
    ['a hole in a list', [1, undefined, 3], [1, null, 3]],
    [
      'a map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Set([3])],
      ]),
      { a: 1, '2': [3] },
    ],
    ['bytes', Buffer.from('secret'), '[Buffer of 6 bytes]'],
    ['a promise', Promise.resolve(1), '[Promise]'],
    ['a URL', new URL('https://u:p@h/x'), 'https://[REDACTED]@h/x'],
    ['a pattern', /a+/g, '/a+/g'],
    ['a boxed text', Object('x'), 'x'],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['control characters', '\u0000\u001b[31m\r\n', '\u0000\u001b[31m\r\n'],
    ['line separators', 'a\u2028b\u2029c\u0085d', 'a\u2028b\u2029c\u0085d'],
    ['a process', process, '[process]'],
    ['its own JSON', { toJSON: () => ({ token: 'x', n: 1 }) }, { token: '[REDACTED]', n: 1 }],
    [
      'own JSON that throws',
      {
        toJSON() {
          throw new Error('no');
        },
      },
      '[unreadable: no]',
    ],
    [
      'a throwing getter',
      {
        get bad() {
          throw new Error('no');
        },
        good: 1,
      },
      { bad: '[getter threw]', good: 1 },
    ],
    ['a revoked proxy', revoked.proxy, expect.stringContaining('[unreadable')],
    [
      'a hostile proxy',
      new Proxy(
        {},
        {
          ownKeys() {
            throw new Error('trap');
          },
        },
      ),
      expect.stringContaining('trap'),
    ],
    ['an own __proto__', JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
  ])('%s is shown', (_what, value, expected) => {
    expect(shown(value)).toEqual(expected);
  });

  it('is left out when undefined', () => {
    expect(parsed({ value: undefined })).not.toHaveProperty('value');
  });

  it.each<[string, unknown]>([
    [
      'own JSON that is itself',
      {
        toJSON() {
          return this;
        },
      },
    ],
    [
      'own JSON without end',
      (function make(): object {
        return { toJSON: () => make() };
      })(),
    ],
    ['a thrown null', null],
    [
      'an error that cannot be read',
      new Proxy(new Error('x'), {
        get() {
          throw new Error('trap');
        },
      }),
    ],
    [
      'an error with a throwing message',
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('m');
        },
      }),
    ],
    ['a date that is none', Object.setPrototypeOf({}, Date.prototype)],
    [
      'a function that cannot be read',
      new Proxy(() => 1, {
        get() {
          throw new Error('trap');
        },
      }),
    ],
    [
      'a proxy without end',
      (() => {
        const p: object = new Proxy(
          {},
          {
            get: () => p,
            ownKeys: () => ['a'],
            getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
          },
        );
        return p;
      })(),
    ],
    ['fields that are no object', 'text'],
  ])('%s still gives a line', (_what, value) => {
    for (const record of [{ fields: { value } }, { thrown: { error: value } }, { fields: value }, { bound: value }]) {
      const line = lineOf(record as Partial<LogRecord>);
      expect(line).not.toContain('\n');
      expect(JSON.parse(line)).toMatchObject({ event: 'it_happened' });
    }
  });

  it('stays one line for every reader', () => {
    expect(lineOf({ fields: { x: 'a\u2028b\u2029c\u0085d\r\n' } })).not.toMatch(/[\r\n\u2028\u2029\u0085]/);
  });
});

describe('what is too much', () => {
  it('is a long text, cut with its length told', () => {
    const text = String(shown('x'.repeat(1_000_000)));
    expect(text).toMatch(/^x+…\[cut, 1000000 characters\]$/);
    expect(text.length).toBeLessThan(encodingLimits.text + 100);
  });

  it('is a long text whose secret lies across the cut', () => {
    const text = `${'x '.repeat(encodingLimits.text / 2 - 8)}Bearer ${'h'.repeat(500)}`;
    expect(String(shown(text))).not.toContain('hhh');
  });

  it('is deep nesting', () => {
    let value: unknown = 'bottom';
    for (let depth = 0; depth < 100_000; depth += 1) value = { value };
    const line = lineOf({ fields: { value } });
    expect(line).toContain('[too deep: Object]');
    expect(line.length).toBeLessThan(1_000);
  });

  it('is a wide object or list', () => {
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]));
    expect(shown(wide)).toMatchObject({ '…': '4800 more left out' });
    expect(shown(Array.from({ length: 5_000 }, () => 1))).toHaveLength(201);
    expect(shown(new Set(Object.keys(wide)))).toHaveLength(201);
    expect(shown(new Map(Object.entries(wide)))).toMatchObject({ '…': '4800 more left out' });
  });

  it('is everything together', () => {
    const row = Array.from({ length: 200 }, () => 'x'.repeat(1_000));
    const line = lineOf({ fields: { rows: Array.from({ length: 200 }, () => row) } });
    expect(line.length).toBeLessThan(encodingLimits.line * 1.2);
    expect(() => JSON.parse(line)).not.toThrow();
  });
});

describe('secrets', () => {
  const secret = 'hunter2hunter2';
  const secretName = fc.constantFrom(
    'token',
    'API_KEY',
    'x-api-key',
    'Authorization',
    'dbPassword',
    'cookie',
    'mnemonic',
  );
  const carriers = fc.constantFrom<(value: string) => unknown>(
    (value) => `Bearer ${value}`,
    (value) => `https://user:${value}@example.org/a`,
    (value) => `/path?x=1&api_key=${value}&y=2`,
    (value) => `failed: {"a":[{"token":"${value}"}]}`,
    (value) => JSON.stringify({ outer: JSON.stringify({ password: value }) }),
    (value) => `password: '${value}'`,
    (value) => new URL(`https://example.org/?token=${value}`),
    (value) => new Headers({ authorization: value }),
    (value) => Object.assign(new Error(`Authorization: Basic ${value}`), { headers: { 'x-api-key': value } }),
    (value) => ({ toJSON: () => ({ secret: value }) }),
    (value) => [['token', value]],
    (value) => ({ name: 'x-api-key', value }),
    (value) => `?to=${encodeURIComponent(`https://h/?api_key=${value}&a=1`)}`,
    (value) => Buffer.from(value),
  );
  const carried = fc.oneof(
    carriers.map((carry) => carry(secret)),
    fc
      .tuple(secretName, fc.constantFrom<unknown>(secret, [secret], { a: secret }, 12345))
      .map(([name, value]) => ({ [name]: value })),
    secretName.map((name) => new Map([[name, secret]])),
  );
  const nested = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      carried,
      tie('value').map((value) => ({ a: 1, value })),
      tie('value').map((value) => ['x', value]),
      tie('value').map((value) => new Set([value])),
      tie('value').map((value) => new Map([['k', value]])),
      tie('value').map((value) => new Error('outer', { cause: value })),
      tie('value').map((value) => new AggregateError([value], 'many')),
    ),
  })).value;

  it('never appear, wherever they are placed', () => {
    fc.assert(
      fc.property(nested, fc.constantFrom('fields', 'bound', 'thrown'), (value, place) => {
        const record = place === 'thrown' ? { thrown: { error: value } } : { [place]: { value } };
        const line = lineOf(record as Partial<LogRecord>);
        JSON.parse(line);
        return !line.includes(secret);
      }),
      { numRuns: 1_500 },
    );
  });

  it('are taken out of a copy: what the caller holds stays as it is', () => {
    const fields = { token: 'x', nested: { list: [{ password: 'y' }], map: new Map([['api_key', 'z']]) } };
    const before = structuredClone(fields);
    lineOf({ fields });
    expect(fields).toEqual(before);
  });

  it('are looked for in names, too', () => {
    expect(lineOf({ fields: { [`https://u:${secret}@h`]: 1 } })).not.toContain(secret);
  });

  it('are counted', () => {
    const record = {
      level: 'INFO',
      logger: 'l',
      event: 'e',
      bound: { token: 'x' },
      fields: { m: new Map([['secret', 1]]), url: 'https://u:p@h/?token=t' },
    } as const;
    expect(encode(record, { timeMs: 0, ids: undefined }).redactions).toBe(4);
  });

  it('do not take their innocent neighbours with them', () => {
    const fields = { token_symbol: 'BTC', token_count: 5, token: null, password: '', has_secret: true, secret: false };
    expect(parsed(fields)).toMatchObject(fields);
  });
});

it('encodes any value as one line of valid JSON', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
    withBoxedValues: true,
    withUnicodeString: true,
  } as fc.ObjectConstraints);
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), anything),
      fc.string({ unit: 'binary' }),
      (fields, event) => {
        const line = lineOf({ fields, event });
        JSON.parse(line);
        return !/[\r\n\u2028\u2029]/.test(line);
      },
    ),
    { numRuns: 500 },
  );
});

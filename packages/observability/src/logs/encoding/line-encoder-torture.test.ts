import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRedactFields } from '../../redaction/default-fields.ts';
import type { LogRecord } from '../log-record.ts';
import { createPrettyLine } from '../terminal/pretty-line.ts';
import { createLineEncoder } from './line-encoder.ts';
import { encodingLimits } from './value-encoder.ts';

const encode = createLineEncoder(
  { serviceName: 'shop', environment: 'test', version: '1' },
  { redactFields: defaultRedactFields, redaction: { listPaths: true }, defaultFields: { region: 'eu' } },
);
const pretty = createPrettyLine(false);
// Everything a terminal obeys and everything some reader takes for the end of a line.
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

function lineOf(record: Record<string, unknown>): Record<string, unknown> {
  const full = { level: 'INFO', logger: 'a.b', event: 'it_happened', bound: undefined, fields: undefined, ...record };
  const { line } = encode(full as unknown as LogRecord, { timeMs: 0, ids: undefined });
  expect(line).not.toMatch(unsafe);
  expect(line.length).toBeLessThan(encodingLimits.line * 1.3);
  expect(pretty(line).replaceAll('\n    ', '')).not.toMatch(unsafe);
  return JSON.parse(line);
}

function shown(value: unknown): unknown {
  return lineOf({ fields: { value } })['value'];
}

/** The value at every place where a caller may put one. */
function everywhere(value: unknown): Record<string, unknown>[] {
  const places: Record<string, unknown>[] = [
    { fields: { value } },
    { fields: value },
    { bound: value },
    { bound: { value } },
    { thrown: { error: value } },
    { thrown: { error: new Error('outer', { cause: value }) } },
    { thrown: { error: new AggregateError([value], 'many') } },
    { fields: { list: [value], map: new Map([[value, value]]), set: new Set([value]) } },
    { event: value },
    { logger: value },
  ];
  return places.map(lineOf);
}

function throwing(): never {
  throw new Error('trap');
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const allTraps = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((name) => [name, throwing]),
) as ProxyHandler<object>;

class WithPrivate {
  readonly #inside = 1;
  get doubled(): number {
    return this.#inside * 2;
  }
}
class LateDate extends Date {
  override getTime(): number {
    throw new Error('no');
  }
  override toISOString(): string {
    throw new Error('no');
  }
}
class OddMap extends Map<string, number> {
  override get size(): number {
    throw new Error('no');
  }
  override entries(): never {
    throw new Error('no');
  }
}
function* endless(): Generator<number> {
  for (;;) yield 1;
}
function boxedWithout(value: object): object {
  return Object.assign(value, { valueOf: throwing, toString: throwing });
}

const torture: readonly (readonly [string, () => unknown])[] = [
  ['a revoked proxy', () => revoked({})],
  ['a revoked proxy of a list', () => revoked([])],
  ['a revoked proxy of a function', () => revoked(() => 1)],
  ['a revoked proxy of an error', () => revoked(new Error('x'))],
  ['a proxy whose every trap throws', () => new Proxy({}, allTraps)],
  ['a proxy of a list whose every trap throws', () => new Proxy([], allTraps)],
  ['a proxy of an error whose every trap throws', () => new Proxy(new Error('x'), allTraps)],
  ['a proxy of a date', () => new Proxy(new Date(0), {})],
  ['a proxy of a map', () => new Proxy(new Map([[1, 2]]), {})],
  ['a proxy whose prototypes never end', () => endlessPrototypes()],
  ['an object whose prototype is such a proxy', () => Object.create(endlessPrototypes())],
  [
    'a list that says its length is a lie',
    () => new Proxy([1], { get: (list, key) => (key === 'length' ? 'many' : Reflect.get(list, key)) }),
  ],
  ['a list of 2^32-1 holes', () => new Array(2 ** 32 - 1)],
  [
    'a list with holes and getters',
    () => Object.defineProperty(Object.assign(new Array(4), { 0: 1 }), '1', { get: throwing, enumerable: true }),
  ],
  ['a symbol', () => Symbol('s\u001b[31m')],
  ['a symbol without a name', () => Symbol()],
  ['a bigint', () => 2n ** 64n],
  ['NaN', () => Number.NaN],
  ['minus zero', () => -0],
  ['an invalid date', () => new Date(Number.NaN)],
  ['a date with methods of its own', () => new LateDate(0)],
  ['a date stripped of its prototype', () => Object.setPrototypeOf(new Date(0), null)],
  ['an error whose stack throws', () => Object.defineProperty(new Error('x'), 'stack', { get: throwing })],
  ['an error whose stack is a number', () => Object.assign(new Error('x'), { stack: 5 })],
  ['an error whose message is a symbol', () => Object.assign(new Error('x'), { message: Symbol('m') })],
  ['an error whose message is an object', () => Object.assign(new Error('x'), { message: { toString: throwing } })],
  ['an error whose name is an object', () => Object.assign(new Error('x'), { name: {} })],
  ['an error whose errors are a revoked proxy', () => Object.assign(new Error('x'), { errors: revoked([]) })],
  ['an error without prototype', () => Object.setPrototypeOf(new Error('x'), null)],
  ['a constructor that throws', () => Object.defineProperty({}, 'constructor', { get: throwing })],
  ['a tag that throws', () => Object.defineProperty(new WithPrivate(), Symbol.toStringTag, { get: throwing })],
  ['a tag that lies', () => Object.defineProperty(new WithPrivate(), Symbol.toStringTag, { value: 'Map' })],
  ['headers that are none', () => Object.defineProperty(new WithPrivate(), Symbol.toStringTag, { value: 'Headers' })],
  ['a class with private fields', () => new WithPrivate()],
  ['a map with methods of its own', () => new OddMap([['a', 1]])],
  ['a boxed text with methods of its own', () => boxedWithout(Object('text'))],
  ['a boxed number with methods of its own', () => boxedWithout(Object(5))],
  ['a boxed symbol', () => Object(Symbol('s'))],
  ['a generator', () => endless()],
  ['a weak reference', () => new WeakRef({})],
  ['a weak map', () => new WeakMap()],
  ['a promise that fails', () => rejected()],
  ['a function with a hostile name', () => Object.defineProperty(() => 1, 'name', { get: throwing })],
  ['a class', () => WithPrivate],
  ['bytes', () => Buffer.alloc(100_000_000)],
  ['numbers', () => new Float64Array(10_000)],
  ['shared memory', () => new SharedArrayBuffer(8)],
  ['a time with toJSON of its own', () => ({ toJSON: () => '2026-01-01T00:00[Europe/Berlin]' })],
  ['toJSON that gives a revoked proxy', () => ({ toJSON: () => revoked({}) })],
  [
    'toJSON that throws a revoked proxy',
    () => ({
      toJSON: () => {
        throw revoked({});
      },
    }),
  ],
  [
    'a getter that throws undefined',
    () => ({
      get x(): never {
        throw undefined;
      },
    }),
  ],
  ['a search that repeats itself', () => new URLSearchParams('a=1&a=2')],
  [
    'an own __proto__',
    () => JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":2,"hasOwnProperty":3,"toJSON":4}'),
  ],
  ['a text of controls', () => '\u0000\u0007\u001b]8;;http://x\u0007\r\n\u0085\u009b31m\u2028\u202e\u2066\u061c\u200f'],
  ['halves of pairs', () => '\ud800 \udc00 \ud83d\ude00'],
  ['a text of quotes and backslashes', () => '"\\'.repeat(50_000)],
  ['nothing', () => undefined],
  ['null', () => null],
  ['a line that forges another', () => '\n{"level":"CRITICAL","event":"forged"}'],
];

function endlessPrototypes(): object {
  const handler: ProxyHandler<object> = { getPrototypeOf: () => new Proxy({}, handler) };
  return new Proxy({}, handler);
}

function rejected(): Promise<never> {
  const promise = Promise.reject(new Error('no'));
  promise.catch(() => {});
  return promise;
}

describe('wherever it is put', () => {
  it.each(torture)('%s gives one line of valid JSON', (_what, make) => {
    for (const line of everywhere(make())) expect(line).toMatchObject({ level: 'INFO', service: 'shop' });
  });

  it.each(torture)('%s does not disturb its neighbours', (_what, make) => {
    expect(lineOf({ fields: { before: 1, value: make(), after: 2 } })).toMatchObject({ before: 1, after: 2 });
  });
});

describe('what is shown of it', () => {
  it.each<[string, unknown, unknown]>([
    ['a date with methods of its own', new LateDate(0), '1970-01-01T00:00:00.000Z'],
    ['a map with methods of its own', new OddMap([['a', 1]]), { a: 1 }],
    ['a boxed text with methods of its own', boxedWithout(Object('text')), 'text'],
    ['a generator', endless(), expect.stringMatching(/^\[.*\]$/)],
    ['a weak reference', new WeakRef({}), '[WeakRef]'],
    [
      'a search that repeats itself',
      new URLSearchParams('a=1&a=2&token=x'),
      { a: '1', 'a#2': '2', token: '[REDACTED]' },
    ],
    [
      'keys that read the same',
      new Map<unknown, unknown>([
        [1, 'a'],
        ['1', 'b'],
      ]),
      { '1': 'a', '1#2': 'b' },
    ],
    ['a list with holes', new Array(3), [null, null, null]],
    ['a proxy of an error', new Proxy(new RangeError('far'), {}), expect.objectContaining({ message: 'far' })],
    ['directions of writing', '\u202etxt', '\u202etxt'],
  ])('%s', (_what, value, expected) => {
    expect(shown(value)).toEqual(expected);
  });

  it('is the error that was passed in place of fields', () => {
    expect(lineOf({ fields: new TypeError('no') })).toMatchObject({ error: { type: 'TypeError', message: 'no' } });
  });

  it('is the text that was passed in place of fields', () => {
    expect(lineOf({ fields: 'text' })).toMatchObject({ fields: 'text' });
  });

  it('is how many fields did not fit', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]));
    expect(lineOf({ fields: many })).toMatchObject({ k199: 199, '… fields': '800 more left out' });
  });
});

describe('work for one line is bounded', () => {
  /** Counts every trap of every proxy it makes; each proxy holds `width` more. */
  function countingProxy(width: number): { proxy: object; count: () => number } {
    let count = 0;
    const counted = Object.fromEntries(
      Object.getOwnPropertyNames(Reflect).map((name) => [
        name,
        (...args: unknown[]) => {
          count += 1;
          return (Reflect as unknown as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args);
        },
      ]),
    ) as ProxyHandler<object>;
    const handler: ProxyHandler<object> = {
      ...counted,
      ownKeys: () => {
        count += 1;
        return Array.from({ length: width }, (_, index) => `k${index}`);
      },
      getOwnPropertyDescriptor: () => {
        count += 1;
        return { enumerable: true, configurable: true };
      },
      get: (_target, key) => {
        count += 1;
        return typeof key === 'string' && key.startsWith('k') ? make() : undefined;
      },
    };
    const make = (): object => new Proxy({}, handler);
    return { proxy: make(), count: () => count };
  }

  it.each([1, 10, 100_000])('for proxies of %i keys that are proxies again', (width) => {
    const { proxy, count } = countingProxy(width);
    for (const record of [{ fields: { proxy } }, { fields: proxy }, { bound: proxy }, { thrown: { error: proxy } }]) {
      const before = count();
      lineOf(record);
      expect(count() - before).toBeLessThan(400_000);
    }
  });

  it('for parts that share their parts', () => {
    let reads = 0;
    let shared: unknown = {
      get leaf() {
        reads += 1;
        return '';
      },
    };
    for (let depth = 0; depth < 7; depth += 1) shared = Array.from({ length: 200 }, () => shared);
    lineOf({ fields: { shared } });
    expect(reads).toBeLessThan(20_000);
  });

  it('for texts that vanish when cleaned', () => {
    const vanishing = `token: ${'x'.repeat(16_000)}`;
    const rows = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => vanishing));
    expect(JSON.stringify(lineOf({ fields: { rows } }))).toContain('left out');
  });

  it('for endless lists', () => {
    let given = 0;
    const headers = {
      [Symbol.toStringTag]: 'Headers',
      *entries() {
        for (;;) yield [`h${given++}`, 'v'];
      },
    };
    lineOf({ fields: { headers: Object.setPrototypeOf(headers, class Other {}.prototype) } });
    expect(given).toBeLessThanOrEqual(encodingLimits.entries);
  });

  it('for a text of 100 MB, of which only the beginning is looked at', () => {
    const text = `start ${'x'.repeat(100_000_000)} password=hunter2`;
    expect(shown(text)).toMatch(/^start x+…\[cut, 100000023 characters\]$/);
    expect(shown({ token: text })).toEqual({ token: '[REDACTED]' });
  });

  it('for a million keys, 10 000 levels, and collections as large', () => {
    const wide: Record<string, number> = {};
    const map = new Map<number, number>();
    for (let index = 0; index < 1_000_000; index += 1) {
      wide[`k${index}`] = index;
      map.set(index, index);
    }
    let deep: unknown = 1;
    for (let level = 0; level < 10_000; level += 1) deep = { deep };
    expect(shown(wide)).toMatchObject({ k0: 0, '…': '999800 more left out' });
    expect(shown(map)).toMatchObject({ '0': 0, '…': '999800 more left out' });
    expect(shown(new Set(map.keys()))).toHaveLength(201);
    expect(JSON.stringify(shown(deep))).toContain('too deep');
  });
});

it('leaves what the caller holds as it is, down to the last property', () => {
  const anything = fc.anything({
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withTypedArray: true,
  });
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('token', 'password')), anything), (fields) => {
      const before = snapshot(fields);
      freeze(fields);
      lineOf({ fields, bound: fields });
      expect(snapshot(fields)).toEqual(before);
    }),
    { numRuns: 300 },
  );
});

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value)) freeze(Reflect.get(value, key));
}

function snapshot(value: unknown): unknown {
  return structuredClone(value);
}

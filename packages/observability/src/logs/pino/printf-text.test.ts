import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readPinoCall } from './pino-call.ts';
import { fillMessage } from './printf-text.ts';

/** The message pino writes, or `failed` where it throws or writes what is no JSON. */
function pinoMessage(args: readonly unknown[], msgPrefix?: string): unknown {
  const lines: string[] = [];
  const logger = pino(
    { level: 'info', base: null, timestamp: false },
    { write: (line: string) => void lines.push(line) },
  );
  try {
    const used = msgPrefix === undefined ? logger : logger.child({}, { msgPrefix });
    Reflect.apply(used.info, used, args);
    return (JSON.parse(lines[0] ?? '') as { msg?: unknown }).msg;
  } catch {
    return 'failed';
  }
}

function ourMessage(args: readonly unknown[], prefix = ''): unknown {
  const { event, fields } = readPinoCall(args, { serializers: {}, prefix });
  const message = 'message' in fields ? fields['message'] : event === 'log' ? undefined : event;
  // As far as JSON can tell them apart.
  const json = JSON.stringify(message);
  return json === undefined ? undefined : (JSON.parse(json) as unknown);
}

const piece = fc.oneof(
  fc.constantFrom('%s', '%d', '%f', '%i', '%j', '%o', '%O', '%%', '%', '%x', '%1', ' ', 'a_b', '%%s', '%s%'),
  fc.string({ maxLength: 5, unit: 'grapheme' }),
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const plain = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.date(),
  fc.constantFrom(new Error('no'), Symbol('s'), [1, [2]], new Map([[1, 2]])),
);
// `msg` and `err` have a meaning of their own; requests are another test's.
const object = fc.dictionary(fc.constantFrom('a', 'b', 'msg', 'c'), plain, { maxKeys: 3 });
const value = fc.oneof(plain, object, text);
// As a message itself, or inside an object, pino leaves functions out and writes BigInts as numbers.
const argument = fc.oneof(
  value,
  fc.bigInt({ min: -100n, max: 100n }),
  fc.constantFrom(
    () => undefined,
    function named() {},
  ),
);

/** There pino loses the first argument. */
function isObjectWithArguments([first, ...rest]: readonly unknown[]): boolean {
  const [message, ...format] = typeof first === 'object' || first === undefined ? rest : [first, ...rest];
  return typeof message === 'object' && message !== null && format.length > 0;
}

describe('messages', () => {
  it('are those of pino, whatever the arguments', () => {
    fc.assert(
      fc.property(fc.oneof(text, plain), fc.array(argument, { maxLength: 5 }), (first, rest) => {
        const args = typeof first === 'string' ? [first, ...rest] : [first];
        const expected = pinoMessage(args);
        const ours = ourMessage(args);
        if (expected !== 'failed' && !isObjectWithArguments(args)) expect(ours).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are those of pino after an object or an error, and with a prefix', () => {
    const first = fc.oneof(object, fc.constantFrom(new Error('no'), null, undefined));
    fc.assert(
      fc.property(
        first,
        fc.array(fc.oneof(text, value), { maxLength: 4 }),
        fc.constantFrom('', '[a] '),
        (source, rest, prefix) => {
          const args = [source, ...rest];
          const expected = pinoMessage(args, prefix === '' ? undefined : prefix);
          const ours = ourMessage(args, prefix);
          if (expected !== 'failed' && !isObjectWithArguments(args)) expect(ours).toEqual(expected);
        },
      ),
      { numRuns: 700 },
    );
  });

  it('made of an object and arguments show all of them', () => {
    expect(fillMessage({ a: 1 }, ['b', [2]])).toBe('{"a":1} "b" [2]');
  });

  it('never throw where pino does', () => {
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle['self'] = cycle;
    const unreadable = {
      toString(): never {
        throw new Error('no');
      },
      get x(): never {
        throw new Error('no');
      },
    };
    expect(fillMessage('%j', [cycle])).toBe('{"name":"a","self":"[Circular]"}');
    expect(fillMessage('%j', [{ big: 1n, twice: [cycle, cycle] }])).toMatch(/"big":"1".*"\[Circular\]"/);
    expect(fillMessage('%s %d %i %j', [unreadable, unreadable, Symbol('s'), unreadable])).toBe(
      '[unreadable] NaN NaN "[unreadable]"',
    );
    expect(fillMessage('%s', [Object.create(null)])).toBe('[unreadable]');
  });
});

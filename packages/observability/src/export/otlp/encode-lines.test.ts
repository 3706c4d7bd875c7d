import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLogsRequest } from '../../otlp/decode-request.ts';
import { encodeLogsRequest } from '../../otlp/encode-request.ts';
import type { LogData } from '../../otlp/log-model.ts';
import { isErrorLine, toResourceLogs } from './encode-lines.ts';

const resource = { attributes: { 'service.name': 'shop', 'deployment.environment.name': 'test', host: 'a' } };
const head = { timestamp: '2030-01-01T00:00:00.123Z', level: 'INFO', logger: 'shop.orders', event: 'order_placed' };
const identity = { service: 'shop', environment: 'test', version: '1' };

function lineOf(fields: object): string {
  return JSON.stringify({ ...head, ...identity, ...fields });
}

function recordOf(line: string): LogData | undefined {
  return toResourceLogs([line], resource, () => 5)[0]?.scopes[0]?.records[0];
}

describe('lines as OTLP', () => {
  it('keep what has a place in the protocol in that place, and the rest as attributes', () => {
    const ids = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) };
    const fields = { amount: 3, price: 1.5, paid: true, items: ['x', { n: 1 }], address: { city: 'B' }, note: null };
    expect(toResourceLogs([lineOf({ ...ids, ...fields })], resource)).toEqual([
      {
        resource: { attributes: { ...resource.attributes, 'service.version': '1' } },
        scopes: [
          {
            scope: { name: 'shop.orders' },
            records: [
              {
                timeUnixNano: 1_893_456_000_123_000_000n,
                observedTimeUnixNano: 1_893_456_000_123_000_000n,
                severityNumber: 9,
                severityText: 'INFO',
                eventName: 'order_placed',
                body: 'order_placed',
                attributes: fields,
                droppedAttributesCount: 0,
                flags: 0,
                traceId: ids.trace_id,
                spanId: ids.span_id,
              },
            ],
          },
        ],
      },
    ]);
  });

  it.each([
    ['DEBUG', 5, false],
    ['INFO', 9, false],
    ['WARNING', 13, false],
    ['ERROR', 17, true],
    ['CRITICAL', 21, true],
    ['LOUD', 0, false],
  ])('of level %s have severity %i', (level, severityNumber, isError) => {
    expect(recordOf(lineOf({ level }))).toMatchObject({ severityNumber, severityText: level });
    expect(isErrorLine(lineOf({ level }))).toBe(isError);
  });

  it('are no errors because their fields say something of errors', () => {
    expect(isErrorLine(lineOf({ said: '"level":"ERROR"', nested: { level: 'ERROR' } }))).toBe(false);
  });

  it('tell of an error by the conventions, and keep what these do not know', () => {
    const error = { type: 'TypeError', message: 'no', stack: 'TypeError: no\n at x', code: 'E1', cause: { type: 'X' } };
    expect(recordOf(lineOf({ error }))?.attributes).toEqual({
      'exception.type': 'TypeError',
      'exception.message': 'no',
      'exception.stacktrace': 'TypeError: no\n at x',
      error: { code: 'E1', cause: { type: 'X' } },
    });
    expect(recordOf(lineOf({ error: 'text' }))?.attributes).toEqual({ error: 'text' });
    expect(recordOf(lineOf({ error: null }))?.attributes).toEqual({ error: null });
  });

  it('carry no ids that are none, for which a receiver would refuse the whole request', () => {
    expect(recordOf(lineOf({ trace_id: 'abc', span_id: 7 }))).toMatchObject({ traceId: '', spanId: '' });
  });

  it('are grouped by logger, and by service where one process has had several names', () => {
    const lines = [lineOf({}), lineOf({ logger: 'other' }), lineOf({ service: 'renamed' }), lineOf({})];
    const groups = toResourceLogs(lines, resource);
    expect(groups.map(({ resource: { attributes } }) => attributes['service.name'])).toEqual(['shop', 'renamed']);
    expect(groups[0]?.scopes.map(({ scope, records }) => [scope.name, records.length])).toEqual([
      ['shop.orders', 2],
      ['other', 1],
    ]);
  });

  it.each(['', 'plain text', '[1]', '"text"', 'null', '{"cut":', '17'])(
    'that are no object (%j) become a body',
    (line) => {
      expect(recordOf(line)).toMatchObject({
        body: line,
        timeUnixNano: 0n,
        observedTimeUnixNano: 5_000_000n,
        severityNumber: 0,
        attributes: {},
      });
    },
  );

  it('without a time of their own have that of sending', () => {
    for (const timestamp of [undefined, 'yesterday', 7]) {
      expect(recordOf(lineOf({ timestamp }))).toMatchObject({ timeUnixNano: 0n, observedTimeUnixNano: 5_000_000n });
    }
  });

  it('keep a field that is named like something of the language', () => {
    const line = `{"level":"INFO","__proto__":{"polluted":true},"constructor":1}`;
    const { attributes } = recordOf(line) ?? {};
    expect(Object.keys(attributes ?? {})).toEqual(['__proto__', 'constructor']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('come out of both encodings as they went in, whatever they hold', () => {
    const json = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(fc.array(fc.oneof(json.map(lineOf), fc.string()), { minLength: 1, maxLength: 5 }), (lines) => {
        const logs = toResourceLogs(lines, resource, () => 5);
        const count = logs.flatMap(({ scopes }) => scopes.flatMap(({ records }) => records)).length;
        expect(count).toBe(lines.length);
        for (const encoding of ['protobuf', 'json'] as const) {
          const read = decodeLogsRequest(encodeLogsRequest(logs, encoding), encoding);
          expect(read.flatMap(({ scopes }) => scopes.flatMap(({ records }) => records))).toHaveLength(lines.length);
        }
      }),
      { numRuns: 150 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import { readSharedData } from '../metrics/shared-data.fixture.ts';
import type { AnyValue } from './common-model.ts';
import { OtlpDecodeError } from './decode-error.ts';
import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from './decode-request.ts';
import { encodeLogsRequest, encodeMetricsRequest, encodeTracesRequest } from './encode-request.ts';
import type { SpanData } from './trace-model.ts';

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof OtlpDecodeError ? `${error.code} ${error.message}` : String(error);
  }
  return 'none';
}

const spanOf = (fields: Record<string, unknown>): SpanData =>
  decodeTracesRequest(bytes({ resourceSpans: [{ scopeSpans: [{ spans: [fields] }] }] }), 'json')[0]?.scopes[0]
    ?.spans[0] as SpanData;

const bodyOf = (value: unknown): AnyValue | undefined =>
  decodeLogsRequest(bytes({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: value }] }] }] }), 'json')[0]?.scopes[0]
    ?.records[0]?.body;

const pointOf = (fields: Record<string, unknown>): unknown =>
  decodeMetricsRequest(
    bytes({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'a', histogram: { dataPoints: [fields] } }] }] }] }),
    'json',
  )[0]?.scopes[0]?.metrics[0]?.points[0];

describe('the root', () => {
  test.each(['', ' ', 'null', '[]', '1', '"a"', 'true', '{', '{}x', '{"resourceSpans":[]}}', '\uFEFF', '{"a":NaN}'])(
    '%j is no request',
    (text) => {
      expect(failure(() => decodeTracesRequest(bytes(text), 'json'))).toMatch(/^OBS_OTLP_(MALFORMED|VALUE) /);
    },
  );

  test.each(['{}', '{"resourceSpans":null}', '{"resourceSpans":[]}', '\uFEFF{}', ' {} \n'])(
    '%j is an empty one',
    (text) => {
      expect(decodeTracesRequest(bytes(text), 'json')).toEqual([]);
    },
  );

  test('what the parser says is not repeated: it may hold a secret', () => {
    expect(failure(() => decodeTracesRequest(bytes('{"token":"s3cr3t'), 'json'))).not.toContain('s3cr3t');
  });

  test('UTF-16 is no JSON here', () => {
    expect(failure(() => decodeTracesRequest(Buffer.from('{}', 'utf16le'), 'json'))).toContain('OBS_OTLP_MALFORMED');
  });
});

describe('fields', () => {
  test('of unknown names are ignored, and so are the original names of the protocol', () => {
    expect(spanOf({ name: 'a', start_time_unix_nano: '5', trace_state: 'x=y', later: { deep: [1] } })).toMatchObject({
      name: 'a',
      startTimeUnixNano: 0n,
      traceState: '',
    });
  });

  test('that are null did not come', () => {
    expect(spanOf({ name: null, events: null, status: null, attributes: null, startTimeUnixNano: null })).toEqual(
      spanOf({}),
    );
  });

  test.each([
    ['name', 1],
    ['name', {}],
    ['kind', 'SPAN_KIND_SERVER'],
    ['kind', 1.5],
    ['kind', 2 ** 31],
    ['flags', -1],
    ['droppedAttributesCount', 2 ** 32],
    ['startTimeUnixNano', '-1'],
    ['startTimeUnixNano', '18446744073709551616'],
    ['startTimeUnixNano', ' 1'],
    ['startTimeUnixNano', '0x10'],
    ['startTimeUnixNano', ''],
    ['startTimeUnixNano', '9'.repeat(400)],
    ['traceId', 5],
    ['attributes', {}],
    ['attributes', [null]],
    ['events', [[]]],
    ['events', 'x'],
    ['status', []],
  ])('%s cannot be %j, and the error says where', (field, value) => {
    const path = 'resource_spans[0].scope_spans[0].spans[0].';
    const said = failure(() => spanOf({ [field]: value }));
    expect(
      said.startsWith(`OBS_OTLP_VALUE ${path}${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`),
    ).toBe(true);
  });

  test('counts below zero or that are no numbers are refused, as histogram counts and in lists', () => {
    expect(failure(() => pointOf({ count: -1 }))).toContain('data_points[0].count: expected a whole number');
    expect(failure(() => pointOf({ count: 'NaN' }))).toContain('OBS_OTLP_VALUE');
    expect(failure(() => pointOf({ bucketCounts: ['1', '-2'] }))).toContain('data_points[0].bucket_counts[1]:');
    expect(failure(() => pointOf({ explicitBounds: [1, null] }))).toContain('data_points[0].explicit_bounds[1]:');
  });
});

describe('numbers', () => {
  test('64-bit integers come as strings, as numbers, and with exponents', () => {
    for (const value of ['1544712660000000000', 1544712660000000000, '1.54471266e18', 1.54471266e18]) {
      expect(spanOf({ startTimeUnixNano: value }).startTimeUnixNano).toBe(1_544_712_660_000_000_000n);
    }
    expect(spanOf({ startTimeUnixNano: '18446744073709551615' }).startTimeUnixNano).toBe(2n ** 64n - 1n);
    expect(pointOf({ count: 3, bucketCounts: ['1', 2] })).toMatchObject({ count: 3, bucketCounts: [1, 2] });
    expect([bodyOf({ intValue: '-9223372036854775808' }), bodyOf({ intValue: -5 })]).toEqual([-(2n ** 63n), -5]);
  });

  test('enums and 32-bit integers come as numbers and as digits', () => {
    expect(spanOf({ kind: 2, flags: '257', status: { code: '2' } })).toMatchObject({
      kind: 2,
      flags: 257,
      status: { code: 2 },
    });
  });

  test('doubles come as numbers, as digits, and as the three words', () => {
    const values = [1.5, '1.5', '-1e3', 'NaN', 'Infinity', '-Infinity'].map(
      (sum) => (pointOf({ sum }) as { sum: number }).sum,
    );
    expect(values).toEqual([1.5, 1.5, -1000, Number.NaN, Infinity, -Infinity]);
    expect(failure(() => pointOf({ sum: 'Inf' }))).toContain('OBS_OTLP_VALUE');
    expect(failure(() => pointOf({ sum: '' }))).toContain('OBS_OTLP_VALUE');
  });

  test('are written as the protocol says: 64 bits as strings, enums as numbers, what JSON has no number for as words', () => {
    const model = decodeMetricsRequest(
      bytes({
        resourceMetrics: [
          {
            scopeMetrics: [
              {
                metrics: [
                  { name: 'a', sum: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: '5', asInt: '7' }] } },
                  { name: 'b', gauge: { dataPoints: [{ asDouble: 'NaN' }, { asDouble: 0 }] } },
                  {
                    name: 'c',
                    histogram: { dataPoints: [{ count: '2', bucketCounts: ['0', '2'], explicitBounds: ['Infinity'] }] },
                  },
                ],
              },
            ],
          },
        ],
      }),
      'json',
    );
    expect(JSON.parse(Buffer.from(encodeMetricsRequest(model, 'json')).toString())).toEqual({
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                { name: 'a', sum: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: '5', asInt: '7' }] } },
                { name: 'b', gauge: { dataPoints: [{ asDouble: 'NaN' }, { asDouble: 0 }] } },
                {
                  name: 'c',
                  histogram: { dataPoints: [{ count: '2', bucketCounts: ['0', '2'], explicitBounds: ['Infinity'] }] },
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('ids and texts', () => {
  test('ids are hex of either case; what is none is empty', () => {
    expect(spanOf({ traceId: '5B8EFFF798038103D269B633813FC60C', spanId: 'EEE19B7EC3C1B174' })).toMatchObject({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
    });
    for (const traceId of [
      '',
      '0'.repeat(32),
      'g'.repeat(32),
      'ab',
      'W47/95gDgQPSabYzgT/GDA==',
      `${'a'.repeat(32)}\n`,
    ]) {
      expect(spanOf({ traceId }).traceId).toBe('');
    }
  });

  test('half a surrogate pair becomes U+FFFD, in values and in names', () => {
    const text =
      '{"resourceSpans":[{"resource":{"attributes":[{"key":"a\\ud800","value":{"stringValue":"\\udc00b"}}]}}]}';
    const read = decodeTracesRequest(bytes(text), 'json');
    expect(read[0]?.resource.attributes).toEqual({ 'a\uFFFD': '\uFFFDb' });
    const written = encodeTracesRequest([{ resource: { attributes: { 'a\ud800': '\udc00b' } }, scopes: [] }], 'json');
    expect(Buffer.from(written).toString()).toContain('a\uFFFD');
  });

  test('bytes are base64 of either alphabet, with or without padding', () => {
    for (const bytesValue of ['-_8=', '+/8=', '+/8'])
      expect(bodyOf({ bytesValue })).toEqual(Uint8Array.from([0xfb, 0xff]));
  });
});

describe('values', () => {
  test('of each kind are read, and of several the last one', () => {
    expect(bodyOf({})).toBeNull();
    expect(bodyOf({ stringValue: null, boolValue: true })).toBe(true);
    expect(bodyOf({ stringValue: 'a', intValue: 1 })).toBe(1);
    expect(bodyOf({ arrayValue: {} })).toEqual([]);
    expect(bodyOf({ kvlistValue: { values: null } })).toEqual({});
    expect(bodyOf({ arrayValue: { values: [{}, { doubleValue: '1e3' }] } })).toEqual([null, 1000]);
    expect(bodyOf({ kvlistValue: { values: [{ key: 'a' }, { value: { intValue: 2 } }] } })).toEqual({ a: null, '': 2 });
  });

  test.each([
    [{ boolValue: 'true' }],
    [{ intValue: 1.5 }],
    [{ arrayValue: [] }],
    [{ kvlistValue: { values: {} } }],
    ['text'],
    [[]],
  ])('%j is none', (value) => {
    expect(failure(() => bodyOf(value))).toMatch(
      /^OBS_OTLP_VALUE resource_logs\[0\]\.scope_logs\[0\]\.log_records\[0\]\.body/,
    );
  });
});

describe("the protocol's own examples", () => {
  const all = [
    ['trace.json', decodeTracesRequest, encodeTracesRequest],
    ['metrics.json', decodeMetricsRequest, encodeMetricsRequest],
    ['logs.json', decodeLogsRequest, encodeLogsRequest],
    ['events.json', decodeLogsRequest, encodeLogsRequest],
  ] as const;
  const read = (file: string): string | null => readSharedData(`conformance/otlp-examples/${file}`);

  test.skipIf(read('trace.json') === null)(
    'are read, and come back through both encodings (needs the shared data)',
    () => {
      for (const [file, decode, encode] of all) {
        const model = decode(bytes(read(file) ?? ''), 'json');
        expect(model).toHaveLength(1);
        for (const encoding of ['protobuf', 'json'] as const) {
          expect(decode((encode as (all: unknown, how: string) => Uint8Array)(model, encoding), encoding)).toEqual(
            model,
          );
        }
      }
    },
  );

  test.skipIf(read('metrics.json') === null)('hold what they say (needs the shared data)', () => {
    const [metrics] = decodeMetricsRequest(bytes(read('metrics.json') ?? ''), 'json');
    expect(metrics?.scopes[0]?.metrics.map(({ name, kind }) => [name, kind])).toEqual([
      ['my.counter', 'sum'],
      ['my.gauge', 'gauge'],
      ['my.histogram', 'histogram'],
      ['my.exponential.histogram', 'exponential_histogram'],
    ]);
    const [logs] = decodeLogsRequest(bytes(read('logs.json') ?? ''), 'json');
    expect(logs?.scopes[0]?.records[0]).toMatchObject({
      severityNumber: 10,
      traceId: '5b8efff798038103d269b633813fc60c',
      attributes: { 'array.attribute': ['many', 'values'], 'map.attribute': { 'some.map.key': 'some value' } },
    });
  });
});

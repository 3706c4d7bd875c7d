import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { OtlpDecodeError } from './decode-error.ts';
import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from './decode-request.ts';
import { encodeMetricsRequest, encodeTracesRequest } from './encode-request.ts';
import type { MetricData, NumberPoint } from './metric-model.ts';
import { encodeForeign, requestTypes } from './protocol.fixture.ts';
import type { SpanData } from './trace-model.ts';

const message = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  protobuf.Writer.create().uint32(tag).bytes(Buffer.concat(parts)).finish();
const raw = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

const spanOf = (...fields: readonly Uint8Array[]): SpanData => {
  const body = message(0x0a, message(0x12, message(0x12, ...fields)));
  return decodeTracesRequest(body, 'protobuf')[0]?.scopes[0]?.spans[0] as SpanData;
};

const metricOf = (...fields: readonly Uint8Array[]): MetricData | undefined => {
  const body = message(0x0a, message(0x12, message(0x12, ...fields)));
  return decodeMetricsRequest(body, 'protobuf')[0]?.scopes[0]?.metrics[0];
};

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof OtlpDecodeError ? `${error.code} ${error.message}` : String(error);
  }
  return 'none';
}

const name = (text: string): Uint8Array => message(0x2a, Buffer.from(text));

describe('protobuf', () => {
  test('an empty body is an empty request', () => {
    expect(decodeTracesRequest(raw(), 'protobuf')).toEqual([]);
    expect(encodeTracesRequest([], 'protobuf')).toHaveLength(0);
  });

  test('fields that are not known are skipped, of each wire type', () => {
    const unknown = [
      raw(0xf8, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
      raw(0xf9, 0x3f, 1, 2, 3, 4, 5, 6, 7, 8),
      raw(0xfa, 0x3f, 2, 0xff, 0xff),
      raw(0xfd, 0x3f, 1, 2, 3, 4),
    ];
    expect(spanOf(...unknown, name('a'), ...unknown).name).toBe('a');
  });

  test('groups and wire types that do not exist are refused', () => {
    for (const wireType of [3, 4, 6, 7]) {
      expect(failure(() => spanOf(raw(0xf8 | wireType, 0x3f)))).toContain('OBS_OTLP_MALFORMED');
    }
  });

  test('a field of a wire type it cannot have is refused, and the field number 0', () => {
    expect(failure(() => spanOf(raw(0x28, 1)))).toBe(
      'OBS_OTLP_MALFORMED resource_spans[0].scope_spans[0].spans[0].name: expected the wire type 2; came 0',
    );
    expect(failure(() => spanOf(raw(0x00, 1)))).toContain(
      'OBS_OTLP_MALFORMED resource_spans[0].scope_spans[0].spans[0]:',
    );
  });

  test('the last of several scalars counts; messages given in parts are one', () => {
    const status = (...fields: readonly Uint8Array[]) => message(0x7a, ...fields);
    const span = spanOf(name('first'), status(raw(0x18, 2)), name('last'), status(message(0x12, Buffer.from('no'))));
    expect(span).toMatchObject({ name: 'last', status: { code: 2, message: 'no' } });
    const resource = (key: string) => message(0x0a, message(0x0a, message(0x0a, Buffer.from(key))));
    const read = decodeTracesRequest(message(0x0a, resource('a'), resource('b')), 'protobuf');
    expect(read[0]?.resource.attributes).toEqual({ a: null, b: null });
  });

  test('what is shared by messages without a field is never changed by one that has it', () => {
    spanOf(message(0x7a, raw(0x18, 2)), message(0x4a, message(0x0a, Buffer.from('a'))), message(0x5a));
    expect(spanOf(name('b'))).toMatchObject({ status: { code: 0, message: '' }, attributes: {}, events: [] });
  });

  test('lists of numbers are read packed, one by one, and mixed', () => {
    const double = (value: number) => Buffer.from(new Float64Array([value]).buffer);
    const point = message(
      0x0a,
      message(0x3a, double(1), double(2)),
      Buffer.concat([raw(0x39), double(3)]),
      message(0x3a, double(4)),
    );
    expect(metricOf(message(0x4a, point))).toMatchObject({ points: [{ explicitBounds: [1, 2, 3, 4] }] });
    const counts = message(0x42, raw(0x10, 1), message(0x12, raw(0x80, 0x01, 0x02)), raw(0x10, 3));
    expect(metricOf(message(0x52, message(0x0a, counts)))).toMatchObject({
      points: [{ positive: { counts: [1, 128, 2, 3] } }],
    });
  });

  test('of several kinds of data the last one counts; one kind in parts is one', () => {
    const gauge = message(0x2a, message(0x0a, raw(0x40, 1)));
    const sum = (...fields: readonly Uint8Array[]) => message(0x3a, ...fields);
    expect(metricOf(sum(raw(0x18, 1)), gauge)).toMatchObject({ kind: 'gauge', points: [{ flags: 1 }] });
    expect(metricOf(gauge, sum(raw(0x18, 1)), sum(raw(0x10, 2)))).toMatchObject({
      kind: 'sum',
      isMonotonic: true,
      temporality: 'cumulative',
    });
  });

  test('of two values of a data point the last one counts', () => {
    const [double, integer] = [
      raw(0x21, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f),
      raw(0x31, 0xff, 255, 255, 255, 255, 255, 255, 255),
    ];
    const valueIn = (...fields: readonly Uint8Array[]) =>
      (metricOf(message(0x2a, message(0x0a, ...fields)))?.points[0] as NumberPoint | undefined)?.value;
    expect([valueIn(double, integer), valueIn(integer, double), valueIn()]).toEqual([-1n, 1, undefined]);
  });

  test('a metric without data, or with data of a kind to come, is left out', () => {
    expect(metricOf(message(0x0a, Buffer.from('empty')))).toBeUndefined();
    expect(metricOf(message(0x6a, raw(0x08, 1)))).toBeUndefined();
    expect(metricOf(message(0x2a))).toMatchObject({ kind: 'gauge', points: [] });
  });

  test('numbers may be longer than needed, up to ten bytes', () => {
    expect(spanOf(raw(0x30, 0x82, 0x80, 0x80, 0x80, 0x00)).kind).toBe(2);
    expect(spanOf(raw(0x30, 0x83, 128, 128, 128, 128, 128, 128, 128, 128, 0x00)).kind).toBe(3);
    const eleven = failure(() => spanOf(raw(0x30, ...new Array<number>(10).fill(0x80), 0)));
    expect(eleven).toContain('OBS_OTLP_MALFORMED');
  });

  test('integers of 64 bits are exact at both ends', () => {
    const attributes = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n, -(2n ** 53n), -1n, 0n].map((value, index) => ({
      key: `k${index}`,
      value: { intValue: String(value) },
    }));
    const read = decodeTracesRequest(
      encodeForeign(requestTypes.traces, { resourceSpans: [{ resource: { attributes } }] }),
      'protobuf',
    );
    expect(Object.values(read[0]?.resource.attributes ?? {})).toEqual([
      -(2n ** 63n),
      2n ** 63n - 1n,
      2n ** 53n,
      -(2n ** 53n),
      -1,
      0,
    ]);
    expect(decodeTracesRequest(encodeTracesRequest(read, 'protobuf'), 'protobuf')).toEqual(read);
    expect(spanOf(raw(0x39, 255, 255, 255, 255, 255, 255, 255, 255)).startTimeUnixNano).toBe(2n ** 64n - 1n);
  });

  test('text that is no UTF-8 is read with U+FFFD in its place', () => {
    expect(spanOf(message(0x2a, raw(0x61, 0xff, 0x62))).name).toBe('a\uFFFDb');
    expect(spanOf(name('Ã©'), message(0x1a, Buffer.from('é')))).toMatchObject({ name: 'Ã©', traceState: 'é' });
  });

  test('an id of another length, or only of zeros, is none', () => {
    for (const id of [new Uint8Array(16), new Uint8Array(15).fill(1), new Uint8Array(17).fill(1), raw()]) {
      expect(spanOf(message(0x0a, id)).traceId).toBe('');
    }
    expect(
      spanOf(message(0x0a, new Uint8Array(16).fill(0xab)), message(0x12, new Uint8Array(8).fill(1))),
    ).toMatchObject({
      traceId: 'ab'.repeat(16),
      spanId: '01'.repeat(8),
    });
  });

  test('a body that is part of a larger buffer is read within its bounds', () => {
    const body = encodeTracesRequest([{ resource: { attributes: { a: 1 } }, scopes: [] }], 'protobuf');
    const larger = Buffer.concat([raw(1, 2, 3), body, raw(9, 9)]);
    expect(decodeTracesRequest(larger.subarray(3, -2), 'protobuf')[0]?.resource.attributes).toEqual({ a: 1 });
  });

  test('bytes are copied, so that the body can go', () => {
    const body = encodeForeign(requestTypes.logs, {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { bytesValue: Buffer.from('abc') } }] }] }],
    });
    const read = decodeLogsRequest(body, 'protobuf')[0]?.scopes[0]?.records[0]?.body;
    body.fill(0);
    expect(read).toEqual(Uint8Array.from(Buffer.from('abc')));
    expect((read as Uint8Array).buffer.byteLength).toBe(3);
  });

  test('what follows the last field is a field, or an error', () => {
    const body = Buffer.concat([encodeTracesRequest([], 'protobuf'), Buffer.from('garbage')]);
    expect(failure(() => decodeTracesRequest(body, 'protobuf'))).toMatch(/^OBS_OTLP_/);
  });

  test('a count that is none is written as zero, a negative zero keeps its sign', () => {
    const point = { attributes: {}, startTimeUnixNano: 0n, timeUnixNano: 0n, flags: 0, exemplars: [] };
    const histogram = { ...point, sum: -0, min: undefined, max: undefined, explicitBounds: [], count: Number.NaN };
    const points = [{ ...histogram, bucketCounts: [-1, Number.NaN, 2.4, Infinity] }];
    const metric: MetricData = {
      name: 'a',
      description: '',
      unit: '',
      kind: 'histogram',
      temporality: 'delta',
      points,
    };
    for (const encoding of ['protobuf', 'json'] as const) {
      const body = encodeMetricsRequest(
        [{ resource: { attributes: {} }, scopes: [{ scope: { name: '' }, metrics: [metric] }] }],
        encoding,
      );
      const [read] = decodeMetricsRequest(body, encoding)[0]?.scopes[0]?.metrics ?? [];
      expect(read).toMatchObject({ points: [{ count: 0, bucketCounts: [0, 0, 2, 2 ** 64 - 2 ** 11] }] });
      if (encoding === 'protobuf') expect(read).toMatchObject({ points: [{ sum: -0 }] });
    }
  });
});

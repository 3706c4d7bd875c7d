import { describe, expect, it } from 'vitest';
import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from '../../otlp/decode-request.ts';
import { encodeLogsRequest, encodeMetricsRequest, encodeTracesRequest } from '../../otlp/encode-request.ts';
import type { LogData } from '../../otlp/log-model.ts';
import type { NumberPoint } from '../../otlp/metric-model.ts';
import type { OtlpEncoding } from '../../otlp/otlp-encoding.ts';
import type { SpanData } from '../../otlp/trace-model.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import { encodeRemoteWrite } from '../remote-write/encode-remote-write.ts';
import { splitRequest } from './split-request.ts';

const types = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;
const scope = { name: 'scope', version: '1', attributes: {} };
const resource = (name: string) => ({ attributes: { 'service.name': name }, droppedAttributesCount: 0 });
const traceId = 'a'.repeat(32);
const spanId = 'b'.repeat(16);

function span(name: string): SpanData {
  const counts = { droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 };
  const times = { startTimeUnixNano: 1n, endTimeUnixNano: 2n };
  const rest = { attributes: {}, events: [], links: [], status: { code: 0, message: '' } };
  return { traceId, spanId, traceState: '', parentSpanId: '', flags: 0, name, kind: 1, ...times, ...counts, ...rest };
}

function line(body: string): LogData {
  const times = { timeUnixNano: 1n, observedTimeUnixNano: 1n };
  const severity = { severityNumber: 9, severityText: 'INFO', eventName: '' };
  return { ...times, ...severity, body, attributes: {}, droppedAttributesCount: 0, flags: 0, traceId, spanId };
}

function point(value: number): NumberPoint {
  return { attributes: {}, startTimeUnixNano: 1n, timeUnixNano: 2n, flags: 0, value, exemplars: [] };
}

const gauge = {
  name: 'y',
  description: '',
  unit: '',
  kind: 'gauge' as const,
  points: [1, 2, 3].map((value) => ({ ...point(value), attributes: { value: String(value) } })),
};

describe.each(['protobuf', 'json'] as const)('a request in %s that is too long', (encoding: OtlpEncoding) => {
  const batch = (signal: EncodedBatch['signal'], body: Uint8Array, records: number): EncodedBatch => ({
    signal,
    body,
    contentType: types[encoding],
    records,
    isImportant: true,
  });

  it('becomes two with half of the spans each, over resources and scopes', () => {
    const names = (body: Uint8Array): string[] =>
      decodeTracesRequest(body, encoding).flatMap(({ scopes }) =>
        scopes.flatMap(({ spans }) => spans.map(({ name }) => name)),
      );
    const body = encodeTracesRequest(
      [
        {
          resource: resource('one'),
          scopes: [
            { scope, spans: [span('a'), span('b')] },
            { scope, spans: [span('c')] },
          ],
        },
        { resource: resource('two'), scopes: [{ scope, spans: [span('d'), span('e')] }] },
      ],
      encoding,
    );
    const halves = splitRequest(batch('traces', body, 5)) ?? [];
    expect(halves.map((half) => names(half.body))).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
    expect(halves).toMatchObject([
      { records: 2, isImportant: true, contentType: types[encoding] },
      { records: 3, isImportant: true },
    ]);
    const [second] = decodeTracesRequest(halves[1]?.body ?? new Uint8Array(), encoding).slice(-1);
    expect(second?.resource.attributes).toEqual({ 'service.name': 'two' });
  });

  it('becomes two with half of the lines each', () => {
    const records = ['a', 'b', 'c'].map(line);
    const body = encodeLogsRequest([{ resource: resource('one'), scopes: [{ scope, records }] }], encoding);
    const halves = splitRequest(batch('logs', body, 3)) ?? [];
    const bodies = halves.map((half) =>
      decodeLogsRequest(half.body, encoding).flatMap(({ scopes }) =>
        scopes.flatMap((each) => each.records.map((record) => record.body)),
      ),
    );
    expect(bodies).toEqual([['a'], ['b', 'c']]);
  });

  it('becomes two with half of the data points each, also in the middle of a metric', () => {
    const sum = {
      name: 'x_total',
      description: 'd',
      unit: '1',
      kind: 'sum',
      temporality: 'delta',
      isMonotonic: true,
    } as const;
    const metrics = [
      { ...sum, points: [point(1.5), point(2.5), point(3.5)] },
      { ...gauge, points: [point(9.5)] },
    ];
    const body = encodeMetricsRequest([{ resource: resource('one'), scopes: [{ scope, metrics }] }], encoding);
    const halves = splitRequest(batch('metrics', body, 4)) ?? [];
    const values = halves.map((half) =>
      decodeMetricsRequest(half.body, encoding).flatMap(({ scopes }) =>
        scopes.flatMap((each) => each.metrics.map(({ name, points }) => [name, points.length])),
      ),
    );
    expect(values).toEqual([
      [['x_total', 2]],
      [
        ['x_total', 1],
        ['y', 1],
      ],
    ]);
  });
});

it('what is not OTLP, or one record, is not parted', () => {
  const batch: EncodedBatch = {
    signal: 'metrics',
    body: Buffer.from('x'),
    contentType: 'other',
    records: 9,
    isImportant: false,
  };
  expect(splitRequest(batch)).toBeUndefined();
  expect(splitRequest({ ...batch, contentType: types.json })).toBeUndefined();
  const other = encodeRemoteWrite([{ resource: resource('x'), scopes: [{ scope, metrics: [gauge] }] }], {});
  expect(other[0]?.records).toBe(3);
  expect(splitRequest(other[0] ?? batch)).toBeUndefined();
  expect(splitRequest({ ...batch, contentType: types.protobuf, records: 1 })).toBeUndefined();
});

import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signals } from '../export/signal.ts';
import { OtlpDecodeError } from './decode-error.ts';
import { decodeForeign, encodeForeign } from './protocol.fixture.ts';
import { decodeExportResponse, decodeStatus, encodeExportResponse, encodeStatus } from './responses.ts';

const encodings = ['protobuf', 'json'] as const;
const foreign = {
  protobuf: { traces: ProtobufTraceSerializer, metrics: ProtobufMetricsSerializer, logs: ProtobufLogsSerializer },
  json: { traces: JsonTraceSerializer, metrics: JsonMetricsSerializer, logs: JsonLogsSerializer },
} as const;
const rejectedNames = { traces: 'rejectedSpans', metrics: 'rejectedDataPoints', logs: 'rejectedLogRecords' } as const;
const messageTypes = {
  traces: 'ExportTraceServiceResponse',
  metrics: 'ExportMetricsServiceResponse',
  logs: 'ExportLogsServiceResponse',
} as const;

const result = fc.record({ rejected: fc.maxSafeNat(), message: fc.string({ unit: 'binary', maxLength: 200 }) });
const status = fc.record({
  code: fc.integer({ min: -5, max: 20 }),
  message: fc.string({ unit: 'binary', maxLength: 200 }),
});

describe.each(encodings)('in %s', (encoding) => {
  test.each(signals)('any answer to an export of %s comes back as it was', (signal) => {
    fc.assert(
      fc.property(result, (value) => {
        expect(decodeExportResponse(encodeExportResponse(value, signal, encoding), signal, encoding)).toEqual(value);
      }),
    );
  });

  test.each(signals)('OpenTelemetry reads what we answer to an export of %s', (signal) => {
    const answer = encodeExportResponse({ rejected: 3, message: 'too old' }, signal, encoding);
    const read = foreign[encoding][signal].deserializeResponse(answer) as { partialSuccess?: Record<string, unknown> };
    expect(Number(read.partialSuccess?.[rejectedNames[signal]])).toBe(3);
    expect(read.partialSuccess?.['errorMessage']).toBe('too old');
  });

  test.each(signals)('when all was taken, nothing is said of %s', (signal) => {
    const answer = encodeExportResponse({ rejected: 0, message: '' }, signal, encoding);
    expect(Buffer.from(answer).toString()).toBe(encoding === 'json' ? '{}' : '');
    expect(decodeExportResponse(answer, signal, encoding)).toEqual({ rejected: 0, message: '' });
  });

  test('any status comes back as it was', () => {
    fc.assert(
      fc.property(status, (value) => {
        expect(decodeStatus(encodeStatus(value, encoding), encoding)).toEqual(value);
      }),
    );
  });
});

test.each(signals)('protobufjs reads what we answer to an export of %s, and we what it writes', (signal) => {
  const bytes = encodeExportResponse({ rejected: 2 ** 40, message: 'no' }, signal, 'protobuf');
  expect(decodeForeign(messageTypes[signal], bytes)).toEqual({
    partialSuccess: { [rejectedNames[signal]]: String(2 ** 40), errorMessage: 'no' },
  });
  const theirs = encodeForeign(messageTypes[signal], {
    partialSuccess: { [rejectedNames[signal]]: 7, errorMessage: 'x' },
  });
  expect(decodeExportResponse(theirs, signal, 'protobuf')).toEqual({ rejected: 7, message: 'x' });
});

test('a status is a google.rpc.Status, whose details are skipped', () => {
  const bytes = encodeStatus({ code: 8, message: 'later' }, 'protobuf');
  expect(decodeForeign('Status', bytes)).toEqual({ code: 8, message: 'later', details: [] });
  const details = [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value: Buffer.from([1, 2]) }];
  expect(decodeStatus(encodeForeign('Status', { code: 14, message: 'busy', details }), 'protobuf')).toEqual({
    code: 14,
    message: 'busy',
  });
});

test('an answer in which everything is null, or zero, took everything', () => {
  for (const text of [
    '{}',
    '{"partialSuccess":null}',
    '{"partialSuccess":{}}',
    '{"partialSuccess":{"rejectedSpans":"0"}}',
  ]) {
    expect(decodeExportResponse(Buffer.from(text), 'traces', 'json')).toEqual({ rejected: 0, message: '' });
  }
});

test('an answer that is none is refused with a code', () => {
  const bad = ['', '<html>', '[]', '{"partialSuccess":[]}', '{"partialSuccess":{"rejectedSpans":"many"}}'];
  for (const text of bad) {
    expect(() => decodeExportResponse(Buffer.from(text), 'traces', 'json')).toThrow(OtlpDecodeError);
  }
  expect(() => decodeStatus(Buffer.from('<html>'), 'protobuf')).toThrow(OtlpDecodeError);
});

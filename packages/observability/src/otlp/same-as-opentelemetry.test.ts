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
import { resourceLogs, resourceMetrics, resourceSpans } from './any-model.fixture.ts';
import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from './decode-request.ts';
import { encodeLogsRequest, encodeMetricsRequest, encodeTracesRequest } from './encode-request.ts';
import { decodeForeign, requestTypes } from './protocol.fixture.ts';
import {
  asSdkJsonWrites,
  asSdkKnowsLogs,
  asSdkKnowsMetrics,
  asSdkKnowsSpans,
  asSdkWrites,
  toSdkLogs,
  toSdkMetrics,
  toSdkSpans,
} from './sdk-data.fixture.ts';

const runs = { numRuns: 300, interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false } as const;

describe('protobufjs reads the same out of our bytes as out of those of OpenTelemetry', () => {
  test('for any spans', () => {
    fc.assert(
      fc.property(resourceSpans.map(asSdkKnowsSpans).map(asSdkWrites), (model) => {
        const theirs = ProtobufTraceSerializer.serializeRequest(toSdkSpans(model)) as Uint8Array;
        const ours = encodeTracesRequest(model, 'protobuf');
        expect(decodeForeign(requestTypes.traces, ours)).toEqual(decodeForeign(requestTypes.traces, theirs));
        expect(decodeTracesRequest(theirs, 'protobuf')).toEqual(decodeTracesRequest(ours, 'protobuf'));
      }),
      runs,
    );
  });

  test('for any metrics', () => {
    fc.assert(
      fc.property(resourceMetrics.map((all) => all.map(asSdkKnowsMetrics)).map(asSdkWrites), (models) => {
        for (const model of models) {
          const theirs = ProtobufMetricsSerializer.serializeRequest(toSdkMetrics(model)) as Uint8Array;
          const ours = encodeMetricsRequest([model], 'protobuf');
          expect(decodeForeign(requestTypes.metrics, ours)).toEqual(decodeForeign(requestTypes.metrics, theirs));
          expect(decodeMetricsRequest(theirs, 'protobuf')).toEqual(decodeMetricsRequest(ours, 'protobuf'));
        }
      }),
      runs,
    );
  });

  test('for any log records', () => {
    fc.assert(
      fc.property(resourceLogs.map(asSdkKnowsLogs).map(asSdkWrites), (model) => {
        const theirs = ProtobufLogsSerializer.serializeRequest(toSdkLogs(model)) as Uint8Array;
        const ours = encodeLogsRequest(model, 'protobuf');
        expect(decodeForeign(requestTypes.logs, ours)).toEqual(decodeForeign(requestTypes.logs, theirs));
        expect(decodeLogsRequest(theirs, 'protobuf')).toEqual(decodeLogsRequest(ours, 'protobuf'));
      }),
      runs,
    );
  });
});

describe('our JSON says what the JSON of OpenTelemetry says', () => {
  test('for any spans', () => {
    fc.assert(
      fc.property(resourceSpans.map(asSdkKnowsSpans).map(asSdkJsonWrites), (model) => {
        const theirs = JsonTraceSerializer.serializeRequest(toSdkSpans(model)) as Uint8Array;
        expect(toSaid(encodeTracesRequest(model, 'json'))).toEqual(toSaid(theirs));
      }),
      runs,
    );
  });

  test('for any metrics', () => {
    fc.assert(
      fc.property(resourceMetrics.map((all) => all.map(asSdkKnowsMetrics)).map(asSdkJsonWrites), (models) => {
        for (const model of models) {
          const theirs = JsonMetricsSerializer.serializeRequest(toSdkMetrics(model)) as Uint8Array;
          expect(toSaid(encodeMetricsRequest([model], 'json'))).toEqual(toSaid(theirs));
        }
      }),
      runs,
    );
  });

  test('for any log records', () => {
    fc.assert(
      fc.property(resourceLogs.map(asSdkKnowsLogs).map(asSdkJsonWrites), (model) => {
        const theirs = JsonLogsSerializer.serializeRequest(toSdkLogs(model)) as Uint8Array;
        expect(toSaid(encodeLogsRequest(model, 'json'))).toEqual(toSaid(theirs));
      }),
      runs,
    );
  });
});

/** JSON without what says nothing, as fields with the default of their type, and with one form for numbers. */
function toSaid(bytes: Uint8Array): unknown {
  return simplify(JSON.parse(Buffer.from(bytes).toString()));
}

const saysSomething = new Set([
  'stringValue',
  'boolValue',
  'intValue',
  'doubleValue',
  'asDouble',
  'asInt',
  'sum',
  'min',
  'max',
]);

function simplify(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(simplify);
  if (typeof value !== 'object' || value === null) return value;
  // Theirs repeats the schema of a resource within it, where the protocol has no such field.
  const fields =
    'scopeSpans' in value || 'scopeMetrics' in value || 'scopeLogs' in value ? withoutInnerSchema(value) : value;
  const said = Object.entries(fields).map(([name, content]) => [name, simplify(content)] as const);
  return Object.fromEntries(said.filter(([name, content]) => !isDefault(content) || isValue(name, content)));
}

function withoutInnerSchema(value: object): object {
  const { resource } = value as { resource?: object };
  return { ...value, resource: { ...resource, schemaUrl: undefined } };
}

const isValue = (name: string, content: unknown): boolean => saysSomething.has(name) && typeof content !== 'object';

function isDefault(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === '' || value === '0' || value === false;
}

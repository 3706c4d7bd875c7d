import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resourceLogs, resourceMetrics, resourceSpans } from './any-model.fixture.ts';
import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from './decode-request.ts';
import { encodeLogsRequest, encodeMetricsRequest, encodeTracesRequest } from './encode-request.ts';
import { requestTypes, rewriteForeign } from './protocol.fixture.ts';

const runs = { numRuns: 300, interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false } as const;

describe.each(['protobuf', 'json'] as const)('in %s', (encoding) => {
  test('any spans come back as they were', () => {
    fc.assert(
      fc.property(resourceSpans, (model) => {
        expect(decodeTracesRequest(encodeTracesRequest(model, encoding), encoding)).toEqual(model);
      }),
      runs,
    );
  });

  test('any metrics come back as they were', () => {
    fc.assert(
      fc.property(resourceMetrics, (model) => {
        expect(decodeMetricsRequest(encodeMetricsRequest(model, encoding), encoding)).toEqual(model);
      }),
      runs,
    );
  });

  test('any log records come back as they were', () => {
    fc.assert(
      fc.property(resourceLogs, (model) => {
        expect(decodeLogsRequest(encodeLogsRequest(model, encoding), encoding)).toEqual(model);
      }),
      runs,
    );
  });
});

describe('read and written again by protobufjs', () => {
  test('any spans come back as they were', () => {
    fc.assert(
      fc.property(resourceSpans, (model) => {
        const rewritten = rewriteForeign(requestTypes.traces, encodeTracesRequest(model, 'protobuf'));
        expect(decodeTracesRequest(rewritten, 'protobuf')).toEqual(model);
      }),
      runs,
    );
  });

  test('any metrics come back as they were', () => {
    fc.assert(
      fc.property(resourceMetrics, (model) => {
        const rewritten = rewriteForeign(requestTypes.metrics, encodeMetricsRequest(model, 'protobuf'));
        expect(decodeMetricsRequest(rewritten, 'protobuf')).toEqual(model);
      }),
      runs,
    );
  });

  test('any log records come back as they were', () => {
    fc.assert(
      fc.property(resourceLogs, (model) => {
        const rewritten = rewriteForeign(requestTypes.logs, encodeLogsRequest(model, 'protobuf'));
        expect(decodeLogsRequest(rewritten, 'protobuf')).toEqual(model);
      }),
      runs,
    );
  });
});

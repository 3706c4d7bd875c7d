import { encodeMetricsRequest } from '../../otlp/encode-request.ts';
import type { ResourceMetrics } from '../../otlp/metric-model.ts';
import type { OtlpEncoding } from '../../otlp/otlp-encoding.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import { countPoints, splitMetrics } from './split-metrics.ts';

// What is sent together is lost, tried again and kept on the disk together. Half of what receivers take at least: gRPC
// refuses messages of more than 4 MiB unless it is told otherwise, and so do the intakes of several vendors.
const maxPoints = 5_000;
const maxBytes = 2 * 1024 * 1024;

const contentTypes = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/**
 * OTLP requests of at most 5 000 points and 2 MiB each. Encoding 1 000 points takes one to three milliseconds: who has
 * more gives the pieces of `MetricReader.read` one by one, with turns of the event loop between.
 */
export function encodeMetricBatches(
  metrics: readonly ResourceMetrics[],
  encoding: OtlpEncoding,
): readonly EncodedBatch[] {
  return splitMetrics(metrics, maxPoints).flatMap((part) => encodePart(part, encoding));
}

function encodePart(part: readonly ResourceMetrics[], encoding: OtlpEncoding): readonly EncodedBatch[] {
  const records = countPoints(part);
  const body = encodeMetricsRequest(part, encoding);
  if (body.byteLength > maxBytes && records > 1) {
    return splitMetrics(part, Math.ceil(records / 2)).flatMap((half) => encodePart(half, encoding));
  }
  return [{ signal: 'metrics', body, contentType: contentTypes[encoding], records, isImportant: false }];
}

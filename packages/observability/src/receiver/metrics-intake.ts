import { Buffer } from 'node:buffer';
import type { MergeOutcome, MetricMerge, MetricSource } from '../merge/metric-source.ts';
import { toMetricSource } from '../merge/naming/target-identity.ts';
import { Refusals } from '../merge/refusals.ts';
import type { Turns } from '../metrics/exposition/turns.ts';
import { decodeMetricsRequest } from '../otlp/decode-request.ts';
import type { ResourceMetrics } from '../otlp/metric-model.ts';
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts';
import { cutJson } from './pieces/json-pieces.ts';
import { type Piece, pieceBytes, stillCutting } from './pieces/piece-limits.ts';
import { cutProtobuf } from './pieces/protobuf-pieces.ts';

export interface MetricsIntake {
  readonly merge: MetricMerge;
  readonly turns: Turns;
}

export interface MetricsRequest {
  readonly body: Uint8Array;
  readonly encoding: OtlpEncoding;
  /** Address of the sender. */
  readonly peer: string;
}

/**
 * Decodes a request and hands it to the merge, whole or not at all, in pieces between which others get their turns. A long
 * one is decoded twice, first to see whether all of it can be, because keeping it decoded would take ten times its size.
 * @throws OtlpDecodeError; then nothing was merged
 */
export async function takeMetrics(request: MetricsRequest, { merge, turns }: MetricsIntake): Promise<MergeOutcome> {
  await turns.next();
  const totals = new Refusals();
  if (request.body.length <= pieceBytes) {
    mergeAll(decodeMetricsRequest(request.body, request.encoding), request, { merge, totals });
    return totals.outcome();
  }
  // Not copied: the pieces are parts of the body until they are decoded.
  const pieces: Piece[] = [];
  for (const piece of cut(request)) {
    if (piece !== stillCutting) {
      decodeMetricsRequest(Buffer.concat(piece), request.encoding);
      pieces.push(piece);
    }
    await turns.next();
  }
  for (const piece of pieces) {
    mergeAll(decodeMetricsRequest(Buffer.concat(piece), request.encoding), request, { merge, totals });
    await turns.next();
  }
  return totals.outcome();
}

function cut({ body, encoding }: MetricsRequest) {
  return encoding === 'json' ? cutJson(body) : cutProtobuf(body);
}

function mergeAll(
  resources: readonly ResourceMetrics[],
  { peer }: MetricsRequest,
  { merge, totals }: { readonly merge: MetricMerge; readonly totals: Refusals },
): void {
  for (const metrics of resources) totals.add(merge.update(toSource(metrics, peer), [metrics]));
}

/** A sender that gives itself no instance id is at least told from those of other machines. */
function toSource({ resource }: ResourceMetrics, peer: string): MetricSource {
  const source = toMetricSource(resource);
  return source.instance === '' ? { ...source, id: `${source.id} ${peer}` } : source;
}

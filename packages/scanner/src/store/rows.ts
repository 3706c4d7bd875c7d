import type { Token } from '@autotrader/sources';
import { z } from 'zod';
import { type FeatureName, featureWeights } from '../features/feature-names.ts';
import type { ScanResult } from '../scan-result.ts';
import type { QueuedScan, ScanRecord, ScanState, StoredFeature } from './scan-store.ts';
import { StoreError } from './store-error.ts';
import type { FeaturesTable, ScansTable } from './tables.ts';

// Only what callers branch on is checked: the rest was written by us in the same transaction.
const tokenShape = z.looseObject({ symbol: z.string() });
const resultShape = z.discriminatedUnion('status', [
  z.looseObject({ status: z.literal('success'), id: z.string(), features: z.array(z.unknown()) }),
  z.looseObject({ status: z.enum(['failure', 'timeout']), id: z.string(), error: z.looseObject({ code: z.string() }) }),
]);

function parseJson<T>(text: string, shape: z.ZodType, place: { path: string; what: string }): T {
  try {
    const value: unknown = JSON.parse(text);
    // Only checked, not taken from zod, which would put the known keys first: a result leaves as it came.
    shape.parse(value);
    return value as T;
  } catch (cause) {
    throw new StoreError({ kind: 'corrupt', path: place.path, detail: `${place.what} cannot be read` }, { cause });
  }
}

function tokenOf(row: { id: string; token: string }, path: string): Token {
  return parseJson<Token>(row.token, tokenShape, { path, what: `token of scan ${row.id}` });
}

export type RecordRow = Pick<ScansTable, 'id' | 'token' | 'state' | 'requested_at_ms' | 'result'>;
export type QueuedRow = Pick<ScansTable, 'id' | 'token' | 'requested_at_ms' | 'traceparent' | 'attempt'>;

export function toScanRecord(row: RecordRow, path: string): ScanRecord {
  const { id, state, requested_at_ms: requestedAtMs } = row;
  const token = tokenOf(row, path);
  if (row.result === null) return { id, token, state, requestedAtMs, result: null };
  const result = parseJson<ScanResult>(row.result, resultShape, { path, what: `result of scan ${id}` });
  return { id, token, state, requestedAtMs, result };
}

export function toQueuedScan(row: QueuedRow, path: string): QueuedScan {
  const { id, requested_at_ms: requestedAtMs, traceparent, attempt } = row;
  return { id, token: tokenOf(row, path), requestedAtMs, traceparent, attempt };
}

function isFeatureName(name: string): name is FeatureName {
  return Object.hasOwn(featureWeights, name);
}

/** `null` for a feature that this version no longer has. */
export function toStoredFeature(row: FeaturesTable): StoredFeature | null {
  const { scan_id: scanId, symbol, name, value, observed_at_ms: observedAtMs } = row;
  return isFeatureName(name) ? { scanId, symbol, name, value, observedAtMs } : null;
}

/** A scan's end as the columns that are searched by. */
export function finishedColumns(
  result: ScanResult,
): Pick<ScansTable, 'state' | 'finished_at_ms' | 'verdict' | 'gem_score' | 'confidence' | 'result'> {
  const scored = result.status === 'success' ? result : null;
  return {
    state: result.status satisfies ScanState,
    finished_at_ms: result.finishedAtMs,
    verdict: scored?.verdict ?? null,
    gem_score: scored?.gemScore.value ?? null,
    confidence: scored?.confidence ?? null,
    result: JSON.stringify(result),
  };
}

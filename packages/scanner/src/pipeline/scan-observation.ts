import { getLogger, type Logger, type OperationSpan, traceOperation } from '@autotrader/observability';
import type { Token } from '@autotrader/sources';
import type { ScanError } from '../scan-error.ts';
import type { ScanResult } from '../scan-result.ts';
import {
  announceScan,
  recordConfidenceScore,
  recordFlaggedToken,
  recordGemScore,
  recordScanDuration,
  recordScanError,
  recordScanRequest,
} from '../telemetry.ts';

const scannerLog = getLogger('autotrader.scanner');

/** A finished scan, with the error behind a result that is none. */
export interface ScanOutcome {
  readonly result: ScanResult;
  readonly error?: ScanError;
}

export interface ScanToObserve {
  readonly id: string;
  readonly token: Token;
  readonly traceparent?: string | undefined;
}

function recordOutcome({ result, error }: ScanOutcome, span: OperationSpan): void {
  const { symbol } = result.token;
  recordScanRequest(symbol, result.status);
  if (result.status === 'success') {
    recordGemScore(symbol, result.gemScore.value);
    recordConfidenceScore(symbol, result.confidence);
    for (const flag of result.flags) recordFlaggedToken(symbol, flag);
    const { confidence } = result;
    span.setAttributes({ gem_score: result.gemScore.value, confidence, flagged: result.flags.length > 0 });
    return;
  }
  recordScanError(symbol, result.error.type);
  if (error !== undefined) span.fail(error);
}

/** For people who read lines; the store keeps every digit. */
function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** Outside trouble is a warning without a stack; a defect of ours or a store that fails is an error with one. */
function logOutcome(log: Logger, { result, error }: ScanOutcome, durationMs: number): void {
  const { status, missing } = result;
  if (result.status === 'success') {
    log.info('scan_completed', {
      gem_score: rounded(result.gemScore.value, 2),
      confidence: rounded(result.confidence, 3),
      verdict: result.verdict,
      flags: result.flags,
      missing_count: missing.length,
      duration_ms: rounded(durationMs, 1),
    });
    return;
  }
  const fields = { status, error_code: result.error.code, missing, duration_ms: rounded(durationMs, 1) };
  if (error?.kind === 'internal' || error?.kind === 'not_stored') log.exception('scan_failed', error, fields);
  else log.warning('scan_failed', { ...fields, error_message: result.error.message });
}

/** Runs a scan in its span, with one line at its start and one at its end, and counts how it ended. */
export function observeScan(
  scan: ScanToObserve,
  run: (context: { traceId: string | null; log: Logger }) => Promise<ScanOutcome>,
): Promise<ScanResult> {
  const { id, token, traceparent } = scan;
  const log = scannerLog.bind({ token_symbol: token.symbol, scan_id: id });
  const attributes = { 'token.symbol': token.symbol, 'token.contract': token.contract?.address, 'scan.id': id };
  return traceOperation('scanner.scan', { attributes, parent: traceparent }, async (span) => {
    const startedAt = performance.now();
    announceScan(token.symbol);
    log.info('scan_started', { chain: token.contract?.chain, contract: token.contract?.address });
    const outcome = await run({ traceId: span.traceId ?? null, log }).catch((error: unknown) => {
      log.info('scan_aborted', { error_message: String(error) });
      throw error;
    });
    const durationMs = performance.now() - startedAt;
    recordOutcome(outcome, span);
    recordScanDuration(token.symbol, durationMs / 1_000, outcome.result.status);
    logOutcome(log, outcome, durationMs);
    return outcome.result;
  });
}

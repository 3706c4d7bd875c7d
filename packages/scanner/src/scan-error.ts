import type { AskedCall } from '@autotrader/sources';

/** Codes of a scan that did not end with a score. A code is never reused. */
export const scanErrorCodes = {
  /** No source said anything usable about the token. */
  no_data: 'SCAN_NO_DATA',
  /** The deadline of the whole scan passed. */
  timeout: 'SCAN_TIMEOUT',
  /** The result could not be written to the store. */
  not_stored: 'SCAN_NOT_STORED',
  /** Whoever asked gave the scan up. */
  aborted: 'SCAN_ABORTED',
  /** A defect of ours. */
  internal: 'SCAN_INTERNAL',
} as const;

export type ScanErrorKind = keyof typeof scanErrorCodes;
export type ScanErrorCode = (typeof scanErrorCodes)[ScanErrorKind];

export interface ScanErrorFacts {
  readonly kind: ScanErrorKind;
  readonly symbol: string;
  /** What happened and what can be done about it. */
  readonly detail: string;
  /** What could not be asked, and why. */
  readonly missing?: readonly string[];
  /** What was asked until then. */
  readonly calls?: readonly AskedCall[];
}

/** A scan that gave no score. Callers branch on `code`; `kind` is the value of the label `error_type`. */
export class ScanError extends Error {
  override readonly name = 'ScanError';
  readonly code: ScanErrorCode;
  readonly kind: ScanErrorKind;
  readonly facts: ScanErrorFacts;

  constructor(facts: ScanErrorFacts, options?: { cause?: unknown }) {
    super(`scan of ${facts.symbol}: ${facts.detail}`, options);
    this.code = scanErrorCodes[facts.kind];
    this.kind = facts.kind;
    this.facts = facts;
  }
}

/** Anything thrown inside a scan as a ScanError: our own stays as it is, all else is a defect of ours. */
export function toScanError(symbol: string, thrown: unknown): ScanError {
  if (thrown instanceof ScanError) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return new ScanError({ kind: 'internal', symbol, detail: `unexpected error: ${said}` }, { cause: thrown });
}

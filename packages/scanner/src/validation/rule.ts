import type { Quantity, QuantityName, Reading, SourceReport } from '@autotrader/sources';
import type { ReconciledQuantity, ValidationIssue } from '../scan-result.ts';

export type Severity = ValidationIssue['severity'];

/** What a rule says about a value it refuses; `null` when the value keeps the rule. */
export type Refusal = { readonly severity: Severity; readonly message: string } | null;

export type KnownReading = Exclude<Reading<Quantity>, { state: 'missing' }>;

/** A rule about one reading alone. */
export interface ReadingRule {
  readonly rule: ValidationIssue['rule'];
  check(name: QuantityName, reading: KnownReading, nowMs: number): Refusal;
}

/** A rule about several values of one source. It names the value that is refused. */
export interface CrossFieldRule {
  check(value: (name: QuantityName) => number | undefined): { name: QuantityName; refusal: Refusal } | null;
}

/** The reconciled quantities of the scan before, by which a rule may judge the direction of a change. */
export type Earlier = readonly ReconciledQuantity[];

export type Quantities = SourceReport['quantities'];

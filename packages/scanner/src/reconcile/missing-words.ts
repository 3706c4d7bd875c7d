import type { AskedCall, MissingReason, SourceReport } from '@autotrader/sources';

const words: Record<MissingReason, string> = {
  no_record: 'the source has no record of this token',
  not_reported: 'the source knows the token but does not say',
  not_applicable: 'the question does not apply to this token',
  breaker_open: 'the source failed repeatedly and is given time to recover',
  deadline: 'the scan had no time left for it',
  not_asked: 'it was not asked',
  rate_limited: 'its request limit was reached',
  quota_exhausted: 'its daily or monthly quota is used up',
  auth: 'it refused the API key',
  blocked: 'it blocks requests from this network',
  plan: 'its plan does not include this call',
  bad_request: 'it refused the question as malformed',
  server: 'it answered with an error of its own',
  network: 'it could not be reached',
  schema: 'its answer was not in the form it promises',
  partial: 'its answer was incomplete',
};

/** Statements about the token; every other reason only says that we could not ask. */
const aboutToken: ReadonlySet<MissingReason> = new Set(['no_record', 'not_reported', 'not_applicable']);

/** True for reasons that say nothing about the token, so that an earlier value may still stand. */
export function couldNotAsk(reason: MissingReason): boolean {
  return !aboutToken.has(reason);
}

/** A reason as one phrase: `rate_limited: its request limit was reached`. */
export function reasonInWords(reason: MissingReason, detail?: string): string {
  return `${reason}: ${words[reason]}${detail === undefined || detail === '' ? '' : ` (${detail})`}`;
}

function callInWords(call: AskedCall): string | null {
  if (call.outcome === 'answered' || call.outcome === 'not_applicable') return null;
  return `${call.source} ${call.endpoint}: ${reasonInWords(call.outcome, call.detail)}`;
}

/** What could not be had, and why, one line per call. */
export function missingCalls(reports: readonly SourceReport[]): readonly string[] {
  return reports.flatMap((report) => report.calls.map(callInWords)).filter((line) => line !== null);
}

import type { CheckView, QuantityView, ReadingView } from '@autotrader/contracts';
import type { ReconciledQuantity, SafetyCheck } from '@autotrader/scanner';
import type { Quantity, Reading } from '@autotrader/sources';
import { toAgeSeconds, toInstant } from './instant.ts';

export function toReadingView(reading: Reading<Quantity>, asOfMs: number): ReadingView {
  if (reading.state === 'missing') {
    const { reason, source, endpoint, detail } = reading;
    return { state: 'missing', reason, source, endpoint, ...(detail === undefined ? {} : { detail }) };
  }
  const { from, value } = reading;
  return {
    state: reading.state,
    value: value.value,
    raw: value.raw,
    source: from.source,
    endpoint: from.endpoint,
    observed_at: toInstant(from.observedAtMs),
    age_seconds: toAgeSeconds(from.observedAtMs, asOfMs),
    obtained: from.obtained,
  };
}

export function toQuantityView(quantity: ReconciledQuantity, asOfMs: number): QuantityView {
  return {
    name: quantity.name,
    chosen: toReadingView(quantity.chosen, asOfMs),
    readings: quantity.readings.map((reading) => toReadingView(reading, asOfMs)),
    disagreement_fraction: quantity.disagreement ?? null,
  };
}

export function toCheckView({ name, check }: SafetyCheck, asOfMs: number): CheckView {
  if (check.state === 'unknown') {
    const { reason, source, endpoint, detail } = check;
    return { name, state: 'unknown', reason, source, endpoint, ...(detail === undefined ? {} : { detail }) };
  }
  return {
    name,
    state: check.state,
    evidence: check.evidence,
    source: check.from.source,
    endpoint: check.from.endpoint,
    observed_at: toInstant(check.from.observedAtMs),
    age_seconds: toAgeSeconds(check.from.observedAtMs, asOfMs),
  };
}

import type { Quantity, QuantityName, Reading, Token } from '@autotrader/sources';
import { couldNotAsk, reasonInWords } from '../reconcile/missing-words.ts';
import type { FeatureInput, Narrative, ReconciledQuantity, SafetyCheck, SafetyState } from '../scan-result.ts';
import { ageMs } from '../validation/freshness-deadlines.ts';

/** Everything a feature may look at. */
export interface FeatureFacts {
  readonly token: Token;
  readonly scoredAtMs: number;
  readonly quantities: readonly ReconciledQuantity[];
  readonly checks: readonly SafetyCheck[];
  readonly safety: SafetyState;
  readonly narrative: Narrative | null;
  readonly isNative?: Reading<boolean>;
}

/** One ingredient of a feature. The weights of a feature's parts sum to 1. */
export type Part =
  | {
      readonly state: 'known';
      readonly weight: number;
      /** 0..1 */
      readonly value: number;
      /** Of the oldest input. */
      readonly observedAtMs: number;
      readonly inputs: readonly FeatureInput[];
    }
  | {
      readonly state: 'missing';
      readonly weight: number;
      /** True when we could not ask, or dropped what came: then an earlier value may stand in. */
      readonly mayReturn: boolean;
      readonly inputs: readonly FeatureInput[];
    };

/** A feature before weights and penalties. */
export type RawFeature =
  | {
      readonly state: 'known';
      readonly raw: number;
      readonly completeness: number;
      readonly recency: number;
      readonly observedAtMs: number;
      readonly inputs: readonly FeatureInput[];
    }
  | {
      readonly state: 'missing';
      readonly reason: string;
      readonly mayReturn: boolean;
      readonly inputs: readonly FeatureInput[];
    };

const neverAsked: Reading<Quantity> = { state: 'missing', reason: 'not_asked', source: 'none', endpoint: 'none' };

export function readingOf(facts: FeatureFacts, name: QuantityName): Reading<Quantity> {
  return facts.quantities.find((quantity) => quantity.name === name)?.chosen ?? neverAsked;
}

export function inputOf(name: string, reading: Reading<Quantity>, scoredAtMs: number): FeatureInput {
  if (reading.state === 'missing') {
    const reason = reasonInWords(reading.reason, reading.detail);
    return { name, value: null, source: reading.source, ageMs: null, reason };
  }
  const { source, observedAtMs } = reading.from;
  return { name, value: reading.value.value, source, ageMs: ageMs(observedAtMs, scoredAtMs) };
}

export interface QuantityPart {
  readonly weight: number;
  readonly names: readonly QuantityName[];
  /** Called with the values of `names`, in that order, when all are known. */
  readonly value: (...values: readonly number[]) => number;
}

/** A part that needs all of the named quantities: with one of them missing the part is missing. */
export function partOf(facts: FeatureFacts, wanted: QuantityPart): Part {
  const readings = wanted.names.map((name) => readingOf(facts, name));
  const inputs = wanted.names.map((name) => inputOf(name, readingOf(facts, name), facts.scoredAtMs));
  const known = readings.filter((reading) => reading.state !== 'missing');
  if (known.length < readings.length) {
    const mayReturn = readings.every((reading) => reading.state !== 'missing' || couldNotAsk(reading.reason));
    return { state: 'missing', weight: wanted.weight, mayReturn, inputs };
  }
  return {
    state: 'known',
    weight: wanted.weight,
    value: wanted.value(...known.map((reading) => reading.value.value)),
    observedAtMs: Math.min(...known.map((reading) => reading.from.observedAtMs)),
    inputs,
  };
}

function missingInputs(inputs: readonly FeatureInput[]): string {
  const wanting = inputs.filter((input) => input.value === null || input.reason !== undefined);
  return wanting.map((input) => `${input.name} from ${input.source}: ${input.reason ?? 'not known'}`).join('; ');
}

/**
 * A part that is missing contributes nothing: what is left is not stretched to fill its place, because that would
 * guess that the unknown part is as good as the known ones.
 */
export function combineParts(parts: readonly Part[], time: { scoredAtMs: number; deadlineMs: number }): RawFeature {
  const inputs = parts.flatMap((part) => part.inputs);
  const known = parts.filter((part) => part.state === 'known');
  if (known.length === 0) {
    const mayReturn = parts.some((part) => part.state === 'missing' && part.mayReturn);
    return { state: 'missing', reason: missingInputs(inputs), mayReturn, inputs };
  }
  const observedAtMs = Math.min(...known.map((part) => part.observedAtMs));
  return {
    state: 'known',
    raw: Math.min(
      1,
      known.reduce((sum, part) => sum + part.weight * part.value, 0),
    ),
    completeness: Math.min(
      1,
      known.reduce((sum, part) => sum + part.weight, 0),
    ),
    recency: recencyOf(ageMs(observedAtMs, time.scoredAtMs), time.deadlineMs),
    observedAtMs,
    inputs,
  };
}

/** Falls linearly from 1 for a new value to 0 at the deadline. */
export function recencyOf(age: number, deadlineMs: number): number {
  return Math.max(0, 1 - age / deadlineMs);
}

import type { CheckFact, Endpoint, Facts, SourceDeclaration } from './define-source.ts';
import type { Answer, Outcome } from './reader/answer.ts';
import type { Check, MissingReason, Provenance, Quantity, Reading } from './reading.ts';
import type { AskedCall, CheckName, QuantityName, SourceReport, SourceText } from './report.ts';

/** An endpoint and what came of asking it. */
export interface Asked {
  readonly endpoint: Endpoint;
  readonly answer: Answer;
}

/** Puts the answers of one source together: every name one of the asked endpoints tells is there, known or not. */
export function assembleReport(source: SourceDeclaration, asked: readonly Asked[], nowMs: number): SourceReport {
  const ranked = asked.toSorted((a, b) => rankOf(source, a) - rankOf(source, b));
  const parts = ranked.map((entry) => readAnswer(source.name, entry, nowMs));
  const quantities: Partial<Record<QuantityName, Reading<Quantity>>> = {};
  const checks: Partial<Record<CheckName, Check>> = {};
  let texts: Reading<readonly SourceText[]> | null = null;
  let isNative: Reading<boolean> | null = null;
  for (const part of parts) {
    for (const [name, reading] of part.quantities) quantities[name] = preferKnown(quantities[name], reading);
    for (const [name, check] of part.checks) checks[name] = preferKnown(checks[name], check);
    if (part.texts !== null) texts = preferKnown(texts ?? undefined, part.texts);
    if (part.isNative !== null) isNative = preferKnown(isNative ?? undefined, part.isNative);
  }
  const [first] = ranked;
  return {
    source: source.name,
    quantities,
    checks,
    texts: texts ?? missing('not_applicable', { source: source.name, endpoint: first?.endpoint.name ?? '' }),
    ...(isNative === null ? {} : { isNative }),
    calls: asked.map((entry) => toCall(source.name, entry)),
  };
}

interface Part {
  readonly quantities: readonly (readonly [QuantityName, Reading<Quantity>])[];
  readonly checks: readonly (readonly [CheckName, Check])[];
  readonly texts: Reading<readonly SourceText[]> | null;
  readonly isNative: Reading<boolean> | null;
}

interface Origin {
  readonly source: string;
  readonly endpoint: string;
}

function readAnswer(source: string, { endpoint, answer }: Asked, nowMs: number): Part {
  const { outcome } = answer;
  const origin = { source, endpoint: endpoint.name };
  const { quantities, checks, texts } = endpoint.tells;
  if (outcome.state === 'missing') {
    const absent = missing(outcome.reason, origin, outcome.detail);
    const unknown: Check = { ...absent, state: 'unknown' };
    return {
      quantities: quantities.map((name) => [name, absent]),
      checks: checks.map((name) => [name, unknown]),
      texts: texts ? absent : null,
      isNative: endpoint.tells.isNative ? absent : null,
    };
  }
  const facts = readFacts(endpoint, outcome, nowMs);
  if (facts instanceof Error) return readAnswer(source, { endpoint, answer: unreadable(answer, facts) }, nowMs);
  // A source whose clock is ahead does not make a value newer than its arrival.
  const observedAtMs = Math.min(facts.observedAtMs ?? outcome.answeredAtMs, outcome.answeredAtMs);
  const from: Provenance = { ...origin, observedAtMs, obtained: outcome.obtained };
  const known = <T>(value: T): Reading<T> =>
    outcome.obtained === 'stale_cache'
      ? { state: 'stale', value, ageMs: Math.max(0, nowMs - observedAtMs), from }
      : { state: 'fresh', value, from };
  const absence = facts.absence ?? 'not_reported';
  return {
    quantities: quantities.map((name) => [name, orMissing(facts.quantities?.[name], known, missing(absence, origin))]),
    checks: checks.map((name) => [name, toCheck(facts, name, from)]),
    texts: texts ? known(facts.texts ?? []) : null,
    isNative: endpoint.tells.isNative ? orMissing(facts.isNative, known, missing(absence, origin)) : null,
  };
}

type Answered = Extract<Outcome, { state: 'answered' }>;

function readFacts(endpoint: Endpoint, { value, answeredAtMs }: Answered, nowMs: number): Facts | Error {
  try {
    return endpoint.read(value, { nowMs, answeredAtMs });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function unreadable(answer: Answer, error: Error): Answer {
  return { ...answer, outcome: { state: 'missing', reason: 'schema', detail: error.message } };
}

function orMissing<T>(value: T | null | undefined, known: (value: T) => Reading<T>, absent: Reading<T>): Reading<T> {
  return value === null || value === undefined ? absent : known(value);
}

function toCheck(facts: Facts, name: CheckName, from: Provenance): Check {
  const fact: CheckFact | null | undefined = facts.checks?.[name];
  return fact === null || fact === undefined
    ? { ...missing(facts.absence ?? 'not_reported', from), state: 'unknown' }
    : { ...fact, from };
}

function missing(reason: MissingReason, { source, endpoint }: Origin, detail?: string) {
  return { state: 'missing', reason, source, endpoint, ...(detail === undefined ? {} : { detail }) } as const;
}

/** The endpoint declared first wins, unless it does not know and the other does. */
function preferKnown<T extends Reading<unknown> | Check>(first: T | undefined, second: T): T {
  if (first === undefined) return second;
  const isKnown = first.state !== 'missing' && first.state !== 'unknown';
  const isOtherKnown = second.state !== 'missing' && second.state !== 'unknown';
  return !isKnown && isOtherKnown ? second : first;
}

function rankOf(source: SourceDeclaration, { endpoint }: Asked): number {
  return source.endpoints.findIndex((declared) => declared.name === endpoint.name);
}

function toCall(source: string, { endpoint, answer }: Asked): AskedCall {
  const { outcome } = answer;
  const waitedMs = Object.values(answer.waitedMs).reduce((total, ms) => total + ms, 0);
  return {
    source,
    endpoint: endpoint.name,
    outcome: outcome.state === 'answered' ? 'answered' : outcome.reason,
    ...(outcome.state === 'answered' ? { obtained: outcome.obtained } : {}),
    attempts: answer.attempts,
    durationMs: answer.durationMs,
    waitedMs,
    ...(outcome.detail === undefined ? {} : { detail: outcome.detail }),
  };
}

import { backoffMs, type RetrySettings } from './backoff.ts';
import type { PipelineClock } from './pipeline-clock.ts';

/** What is wrong: it does not take records now, or it does not want them at all. */
export type BackendTrouble = 'unavailable' | 'refused';

/** Told once per change, for all that goes to one backend together. */
export interface BackendVoice {
  failing(trouble: BackendTrouble, lane: LaneName, reason: string): void;
  recovered(trouble: BackendTrouble, lane: LaneName, outageMs: number): void;
}

/** Which exporter and signal it was about. */
export interface LaneName {
  readonly exporter: string;
  readonly signal: string;
  /** Without secrets. */
  readonly url: string;
}

/** One signal's way to a backend. No method throws. */
export interface BackendLane {
  /** How long until a request may be made: 0 now, Infinity until another's trial has ended (see `onChange`). */
  waitMs(): number;
  /** A request is made, in time or because there is no more time. */
  begin(): void;
  /** What was sent was taken. */
  accepted(): void;
  /** It was answered, though what was sent was not taken. */
  answered(): void;
  unavailable(reason: string, retryAfterMs: number | undefined): void;
  /** It was answered, and something in it was not wanted. */
  refused(reason: string): void;
  /** Whether its last request failed, or nobody's requests succeed. */
  isFailing(): boolean;
  /** Whether the backend itself has asked for a pause that is not over. */
  isAskedToWait(): boolean;
  /** Tells of failures that were too few to be told; the process is ending. */
  lastWord(): void;
}

/** A receiver of telemetry, with one breaker for all that is sent to it. */
export interface Backend {
  /** @param onChange called when waiting may have become shorter */
  lane(name: LaneName, onChange: () => void): BackendLane;
}

type Breaker =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly untilMs: number }
  /** One request decides. */
  | { readonly kind: 'half_open'; readonly trial: Lane };

interface Lane {
  readonly name: LaneName;
  readonly onChange: () => void;
  failures: number;
  lastFailure: { readonly atMs: number; readonly reason: string } | undefined;
  retryAtMs: number;
  /** What the receiver itself asked for; no success of others makes it shorter. */
  askedUntilMs: number;
}

// A receiver may not silence us for longer by one answer.
const longestAskedMs = 300_000;

// Long enough for the timers of others that wait for the same moment.
const turnMs = 50;

/** What a backend's breaker works with. */
export interface BackendOptions {
  readonly retry: RetrySettings;
  readonly clock: PipelineClock;
  readonly random: () => number;
  readonly voice: BackendVoice;
}

/**
 * Each signal waits on its own after a failure, because one path of a receiver may fail while others work. After several
 * failures in a row, of any signals, without a success between them, the breaker opens for all: then one request at a time
 * finds out whether the receiver is back.
 */
export function createBackend(options: BackendOptions): Backend {
  const { retry, clock, random } = options;
  const lanes: Lane[] = [];
  const news = createTroubleNews(options);
  let breaker: Breaker = { kind: 'closed' };
  let failures = 0;

  const change = (next: Breaker, by: Lane): void => {
    breaker = next;
    for (const lane of lanes) if (lane !== by) lane.onChange();
  };

  const waitMs = (lane: Lane): number => {
    const nowMs = clock.elapsed();
    if (breaker.kind === 'half_open' && breaker.trial !== lane) return Number.POSITIVE_INFINITY;
    const atMs = breaker.kind === 'open' ? breaker.untilMs + turnMs * triedBefore(lane) : lane.retryAtMs;
    return Math.max(0, atMs - nowMs, lane.askedUntilMs - nowMs);
  };

  /** How many others have waited longer for a try; a signal whose path alone is broken must not take every one. */
  const triedBefore = (lane: Lane): number => {
    const lastMs = (each: Lane): number => each.lastFailure?.atMs ?? Number.NEGATIVE_INFINITY;
    return lanes.filter((other) => lastMs(other) < lastMs(lane)).length;
  };

  const answered = (lane: Lane): void => {
    failures = 0;
    lane.failures = 0;
    lane.retryAtMs = 0;
    news.answered(lane);
    if (breaker.kind === 'closed') return;
    for (const other of lanes) other.retryAtMs = 0;
    change({ kind: 'closed' }, lane);
  };

  const unavailable = (lane: Lane, reason: string, retryAfterMs: number | undefined): void => {
    const nowMs = clock.elapsed();
    const askedMs = Math.min(longestAskedMs, retryAfterMs ?? 0);
    failures += 1;
    lane.failures += 1;
    lane.lastFailure = { atMs: nowMs, reason };
    lane.retryAtMs = nowMs + backoffMs(retry, lane.failures, random);
    lane.askedUntilMs = nowMs + askedMs;
    const opens = failures >= retry.failuresToOpen || breaker.kind !== 'closed';
    if (opens || lane.failures >= retry.failuresToOpen) news.failing('unavailable', lane, reason);
    if (opens) change({ kind: 'open', untilMs: nowMs + Math.max(askedMs, backoffMs(retry, failures, random)) }, lane);
  };

  return {
    lane(name, onChange) {
      const lane: Lane = { name, onChange, failures: 0, lastFailure: undefined, retryAtMs: 0, askedUntilMs: 0 };
      lanes.push(lane);
      return {
        waitMs: () => waitMs(lane),
        begin() {
          if (breaker.kind === 'open') breaker = { kind: 'half_open', trial: lane };
        },
        accepted() {
          answered(lane);
          news.accepted(lane);
        },
        answered: () => answered(lane),
        unavailable: (reason, retryAfterMs) => unavailable(lane, reason, retryAfterMs),
        refused(reason) {
          answered(lane);
          news.failing('refused', lane, reason);
        },
        isFailing: () => lane.failures > 0 || breaker.kind !== 'closed',
        isAskedToWait: () => lane.askedUntilMs > clock.elapsed(),
        lastWord() {
          if (lane.failures > 0) news.failing('unavailable', lane, lane.lastFailure?.reason ?? '');
        },
      };
    },
  };
}

interface TroubleNews {
  failing(trouble: BackendTrouble, lane: Lane, reason: string): void;
  answered(lane: Lane): void;
  accepted(lane: Lane): void;
}

/** One line when trouble begins and one when it is over, however many signals it struck. */
function createTroubleNews({ voice, clock, retry }: BackendOptions): TroubleNews {
  const troubles = {
    unavailable: { since: 0, lanes: new Map<Lane, number>() },
    refused: { since: 0, lanes: new Map<Lane, number>() },
  };
  const end = (kind: BackendTrouble, lane: Lane): void => {
    const { since, lanes } = troubles[kind];
    if (lanes.size === 0) voice.recovered(kind, lane.name, clock.elapsed() - since);
  };
  const longAgoMs = (): number => clock.elapsed() - retry.longestMs;
  return {
    failing(kind, lane, reason) {
      const trouble = troubles[kind];
      const isNew = trouble.lanes.size === 0;
      trouble.lanes.set(lane, clock.elapsed());
      if (!isNew) return;
      trouble.since = clock.elapsed();
      voice.failing(kind, lane.name, reason);
    },
    answered(lane) {
      const { lanes } = troubles.unavailable;
      if (lanes.size === 0) return;
      for (const [struck, lastMs] of lanes) {
        // Another signal that no longer tries has nothing to say about how the receiver is.
        if (struck === lane || lastMs < longAgoMs()) lanes.delete(struck);
      }
      end('unavailable', lane);
    },
    accepted(lane) {
      const { lanes } = troubles.refused;
      // A receiver that dislikes every tenth batch would otherwise be worth two lines each time.
      const refusedAtMs = lanes.get(lane);
      if (refusedAtMs === undefined || refusedAtMs > longAgoMs()) return;
      lanes.delete(lane);
      end('refused', lane);
    },
  };
}

import { describeError } from '../logs/encoding/error-description.ts';
import { redactions } from '../metrics/self-metrics.ts';
import { defaultRedactFields } from '../redaction/default-fields.ts';
import { createRedactor } from '../redaction/redactor.ts';

/** `degraded`: works, but not as it should. `down`: cannot do its work. */
export type HealthStatus = 'ok' | 'degraded' | 'down';

/** What a check found; a cause is one sentence for whoever is woken by it. */
export interface CheckResult {
  readonly status: HealthStatus;
  readonly cause?: string;
}

/** Asks one part how it is. A rejection counts as `down` with its message as cause. */
export type HealthCheck = () => CheckResult | Promise<CheckResult>;

/** How one check is run. */
export interface CheckOptions {
  /** Longest wait for an answer; then it counts as `down`. @default that of `createHealth` */
  readonly timeoutMs?: number;
  /** A younger answer is given again instead of asking anew. @default 1000 */
  readonly maxAgeMs?: number;
  /** Whether the whole is `down` when this part is; else it is `degraded`. @default true */
  readonly essential?: boolean;
}

/** What is known of one part. */
export interface CheckReport extends CheckResult {
  /** Age of the answer. */
  readonly age_seconds: number;
  /** How long the part took to answer. */
  readonly duration_seconds: number;
}

/** The report as it is served: the worst status of all parts, and each part's own. */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, CheckReport>>;
}

/** A set of named checks. */
export interface Health {
  /** Adds a check, replacing one of the same name; returns how to take it out again. */
  register(name: string, check: HealthCheck, options?: CheckOptions): () => void;
  /** Asks every part that was not asked just now, all at once; never rejects and never waits longer than the timeouts. */
  report(): Promise<HealthReport>;
}

/** Settings shared by all checks. */
export interface HealthOptions {
  /** @default 2000 */
  readonly timeoutMs?: number;
  /** Names of the checks that count; others are registered but left out. @default all */
  readonly checks?: readonly string[];
  /** Epoch or monotonic milliseconds. @default Date.now */
  readonly now?: () => number;
}

interface Answer extends CheckResult {
  readonly atMs: number;
  readonly durationMs: number;
}

interface RegisteredCheck {
  readonly check: HealthCheck;
  readonly timeoutMs: number;
  readonly maxAgeMs: number;
  readonly essential: boolean;
  answer: Answer | undefined;
  /** An answer still outstanding: a hanging part is not asked again, so that calls do not pile up behind it. */
  running: Promise<Answer> | undefined;
}

/** An empty set of checks: its report is `ok` until a part says otherwise. */
export function createHealth(options: HealthOptions = {}): Health {
  const { timeoutMs = 2_000, now = Date.now } = options;
  const wanted = options.checks === undefined ? undefined : new Set(options.checks);
  const registered = new Map<string, RegisteredCheck>();

  return {
    register(name, check, { timeoutMs: own = timeoutMs, maxAgeMs = 1_000, essential = true } = {}) {
      const entry: RegisteredCheck = {
        check,
        timeoutMs: own,
        maxAgeMs,
        essential,
        answer: undefined,
        running: undefined,
      };
      registered.set(name, entry);
      return () => {
        if (registered.get(name) === entry) registered.delete(name);
      };
    },
    async report() {
      const entries = [...registered].filter(([name]) => wanted === undefined || wanted.has(name));
      const answers = await Promise.all(entries.map(([, entry]) => currentAnswer(entry, now)));
      let status: HealthStatus = 'ok';
      const checks: Record<string, CheckReport> = {};
      for (const [index, [name, entry]] of entries.entries()) {
        const answer = answers[index];
        if (answer === undefined) continue;
        status = worse(status, answer.status === 'down' && !entry.essential ? 'degraded' : answer.status);
        checks[name] = {
          status: answer.status,
          ...(answer.cause === undefined ? {} : { cause: answer.cause }),
          age_seconds: Math.max(0, now() - answer.atMs) / 1_000,
          duration_seconds: answer.durationMs / 1_000,
        };
      }
      return { status, checks };
    },
  };
}

async function currentAnswer(entry: RegisteredCheck, now: () => number): Promise<Answer> {
  if (entry.answer !== undefined && now() - entry.answer.atMs < entry.maxAgeMs) return entry.answer;
  entry.running ??= ask(entry, now);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => {
      const cause = `no answer within ${entry.timeoutMs} ms`;
      resolve({ status: 'down', cause, atMs: now(), durationMs: entry.timeoutMs });
    }, entry.timeoutMs);
  });
  const answer = await Promise.race([entry.running, late]);
  clearTimeout(timer);
  return answer;
}

async function ask(entry: RegisteredCheck, now: () => number): Promise<Answer> {
  const startedMs = now();
  let result: CheckResult;
  try {
    result = cleanResult(await entry.check());
  } catch (error) {
    result = cleanResult({ status: 'down', cause: describeError(error).message });
  }
  entry.answer = { ...result, atMs: now(), durationMs: now() - startedMs };
  entry.running = undefined;
  return entry.answer;
}

const redactor = createRedactor(defaultRedactFields);
const redacted = redactions.with({ sink: 'health' });

/** Causes are often the messages of drivers, which quote the address they were given, password included. */
function cleanResult(result: CheckResult | null | undefined): CheckResult {
  if (typeof result !== 'object' || result === null || !Object.hasOwn(severity, result.status)) {
    return { status: 'down', cause: 'the check gave neither ok nor degraded nor down' };
  }
  const { status, cause } = result;
  if (cause === undefined) return { status };
  redactor.count = 0;
  const cleaned = redactor.cleanText(String(cause));
  if (redactor.count > 0) redacted.inc(redactor.count);
  return { status, cause: cleaned };
}

const severity: Readonly<Record<HealthStatus, number>> = { ok: 0, degraded: 1, down: 2 };

function worse(left: HealthStatus, right: HealthStatus): HealthStatus {
  return severity[right] > severity[left] ? right : left;
}

import type { LogLevel } from './level.ts';
import { addToLine } from './line-addition.ts';
import type { FinishedLine, LogRecord, TraceIds } from './log-record.ts';

/** Identical lines beyond `burst` within a window are held back; their number is told when the window is over. */
export interface LogThrottling {
  readonly enabled: boolean;
  readonly burst: number;
  readonly windowMs: number;
}

/** When and in which trace a line was made. */
export interface ThrottledMoment {
  readonly timeMs: number;
  readonly ids: TraceIds | undefined;
}

/** Holds repeats back. */
export interface Throttle {
  /** Whether `finished`, made from `record`, is one repeat too many; then it is kept for the telling. */
  holds(record: LogRecord, finished: FinishedLine, moment: ThrottledMoment): boolean;
  /** Tells now what is held back, without waiting for the end of the window. */
  tell(): void;
  /** Tells and forgets everything. */
  close(): void;
}

/** What throttling needs from outside. */
export interface ThrottleParts {
  readonly now: () => number;
  /** Runs `task` after `delayMs` without keeping the process alive; returns how to call it off. */
  readonly schedule: (task: () => void, delayMs: number) => () => void;
  readonly write: (finished: FinishedLine) => void;
  readonly onNewKind: () => void;
  /** How every head of a line ends, before ids and fields. */
  readonly headEnd: string;
}

/** A line and where its fields begin: what is before, its time and ids, may differ between repeats. */
interface RememberedLine {
  readonly line: string;
  readonly fieldsAt: number;
}

interface Repeat {
  count: number;
  held: number;
  sinceMs: number;
  last: FinishedLine | undefined;
}

/** All lines of one logger, level and event. */
interface Kind {
  startMs: number;
  count: number;
  /** Length of the head without ids; the same for all lines of a kind. */
  headLength: number;
  /** The first lines of the window; counted only if there are more than `burst` of them. */
  first: RememberedLine[];
  /** Lines compared in this window, and those among them that were there before. */
  compared: number;
  repeated: number;
  /** By the text of the fields; undefined until the burst is exceeded. */
  repeats: Map<string, Repeat> | undefined;
  /** Characters it keeps in memory. */
  characters: number;
}

// Bounds of what is remembered: programs have fewer than a hundred kinds of lines, and a kind that is forgotten too early
// only means that its next lines are counted from nothing.
const mostKinds = 1_000;
const mostCharacters = 1_000_000;
// Comparing costs half a line or more (0.5 to 1.4 µs, most of it for hashing text that is new each time). Where a thousand lines
// of a window were all different it is not worth that.
const closelyCompared = 1_000;

/**
 * Compares nothing until a logger has written more than `burst` lines of one event within the window; before, a line is only
 * counted and kept. What cannot be remembered within bounds is never held back. Where of a thousand lines hardly any
 * were repeats, fewer are compared, so that some more go out when repeats begin.
 */
export function createThrottle(settings: LogThrottling, parts: ThrottleParts): Throttle {
  return settings.enabled ? new RepeatThrottle(settings, parts) : neverHolds;
}

const neverHolds: Throttle = { holds: () => false, tell: () => undefined, close: () => undefined };

// A class because its state is touched by every line that is written.
class RepeatThrottle implements Throttle {
  readonly #settings: LogThrottling;
  readonly #parts: ThrottleParts;
  readonly #loggers = new Map<string, KindsOfLogger>();
  /** Kinds with lines held back. */
  readonly #holding = new Set<Kind>();
  #kinds = 0;
  #characters = 0;
  #nextSweepMs = 0;
  #callOff: (() => void) | undefined;

  constructor(settings: LogThrottling, parts: ThrottleParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  holds(record: LogRecord, finished: FinishedLine, moment: ThrottledMoment): boolean {
    if (record.level === 'CRITICAL') return false;
    const kind =
      this.#loggers.get(record.logger)?.[record.level].get(record.event) ?? this.#addKind(record, moment.timeMs);
    if (kind === undefined) return false;
    const elapsedMs = moment.timeMs - kind.startMs;
    // A clock set back would otherwise make the window last until it has caught up.
    if (elapsedMs >= this.#settings.windowMs || elapsedMs < 0) this.#restart(kind, moment.timeMs);
    kind.count += 1;
    if (isVaried(kind)) return false;
    const remembered = this.#locate(kind, finished.line, moment.ids);
    if (kind.count > this.#settings.burst) return this.#isRepeat(kind, { remembered, finished, moment });
    if (this.#takesRoom(kind, finished.line.length, moment.timeMs)) kind.first.push(remembered);
    return false;
  }

  tell(): void {
    for (const kind of this.#holding) this.#tellKind(kind);
    this.#holding.clear();
    this.#callOff?.();
    this.#callOff = undefined;
  }

  close(): void {
    this.tell();
    this.#loggers.clear();
    this.#kinds = 0;
    this.#characters = 0;
  }

  #isRepeat(
    kind: Kind,
    line: { remembered: RememberedLine; finished: FinishedLine; moment: ThrottledMoment },
  ): boolean {
    kind.repeats ??= countRepeats(kind);
    const text = fieldsOf(line.remembered);
    const repeat = kind.repeats.get(text);
    kind.compared += 1;
    if (repeat === undefined) {
      if (this.#takesRoom(kind, text.length, line.moment.timeMs)) kind.repeats.set(text, newRepeat());
      return false;
    }
    kind.repeated += 1;
    repeat.count += 1;
    if (repeat.count <= this.#settings.burst) return false;
    if (repeat.held === 0) repeat.sinceMs = line.moment.timeMs;
    repeat.held += 1;
    repeat.last = line.finished;
    this.#holding.add(kind);
    const leftMs = this.#settings.windowMs - (line.moment.timeMs - kind.startMs);
    this.#callOff ??= this.#parts.schedule(() => this.#tellDue(), leftMs);
    return true;
  }

  /** Tells the kinds whose window is over and comes again for the others. */
  #tellDue(): void {
    this.#callOff = undefined;
    const nowMs = this.#parts.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const kind of this.#holding) {
      const leftMs = this.#settings.windowMs - Math.max(0, nowMs - kind.startMs);
      if (leftMs > 0) {
        nextMs = Math.min(nextMs, leftMs);
        continue;
      }
      this.#holding.delete(kind);
      this.#tellKind(kind);
    }
    if (nextMs !== Number.POSITIVE_INFINITY) this.#callOff = this.#parts.schedule(() => this.#tellDue(), nextMs);
  }

  #tellKind(kind: Kind): void {
    for (const repeat of kind.repeats?.values() ?? []) {
      const { last, held, sinceMs } = repeat;
      repeat.held = 0;
      repeat.last = undefined;
      if (last === undefined) continue;
      const told = { suppressed_repeats: held, suppressed_since: new Date(sinceMs).toISOString() };
      this.#parts.write({ ...last, line: addToLine(last.line, told) });
    }
  }

  #restart(kind: Kind, timeMs: number): void {
    if (this.#holding.delete(kind)) this.#tellKind(kind);
    this.#characters -= kind.characters;
    kind.startMs = timeMs;
    kind.count = 0;
    kind.compared = 0;
    kind.repeated = 0;
    kind.first = [];
    kind.repeats = undefined;
    kind.characters = 0;
  }

  #takesRoom(kind: Kind, characters: number, timeMs: number): boolean {
    if (this.#characters + characters > mostCharacters) this.#sweep(timeMs);
    if (this.#characters + characters > mostCharacters) return false;
    this.#characters += characters;
    kind.characters += characters;
    return true;
  }

  #locate(kind: Kind, line: string, ids: TraceIds | undefined): RememberedLine {
    if (kind.headLength === 0) kind.headLength = line.indexOf(this.#parts.headEnd) + this.#parts.headEnd.length;
    return { line, fieldsAt: kind.headLength + (ids === undefined ? 0 : idsLength) };
  }

  #addKind({ logger, level, event }: LogRecord, timeMs: number): Kind | undefined {
    if (this.#kinds >= mostKinds) this.#sweep(timeMs);
    if (this.#kinds >= mostKinds) return undefined;
    const kinds = this.#loggers.get(logger) ?? noKinds();
    this.#loggers.set(logger, kinds);
    this.#parts.onNewKind();
    const kind = newKind(timeMs);
    kinds[level].set(event, kind);
    this.#kinds += 1;
    return kind;
  }

  /** Forgets kinds whose window is over; not at every line, because it looks at all of them. */
  #sweep(timeMs: number): void {
    const { windowMs } = this.#settings;
    if (timeMs < this.#nextSweepMs && timeMs >= this.#nextSweepMs - windowMs) return;
    this.#nextSweepMs = timeMs + windowMs / 4;
    for (const [logger, kinds] of this.#loggers) {
      let left = 0;
      for (const byEvent of Object.values(kinds)) left += this.#sweepEvents(byEvent, timeMs);
      if (left === 0) this.#loggers.delete(logger);
    }
  }

  #sweepEvents(byEvent: Map<string, Kind>, timeMs: number): number {
    for (const [event, kind] of byEvent) {
      const elapsedMs = timeMs - kind.startMs;
      if (elapsedMs >= 0 && elapsedMs < this.#settings.windowMs) continue;
      this.#restart(kind, timeMs);
      byEvent.delete(event);
      this.#kinds -= 1;
    }
    return byEvent.size;
  }
}

type KindsOfLogger = Readonly<Record<LogLevel, Map<string, Kind>>>;

function noKinds(): KindsOfLogger {
  return { DEBUG: new Map(), INFO: new Map(), WARNING: new Map(), ERROR: new Map(), CRITICAL: new Map() };
}

/** Comparing one line in 16 still notices when repeats begin. */
function isVaried({ count, compared, repeated }: Kind): boolean {
  return compared >= closelyCompared && repeated * 100 < compared && count % 16 !== 0;
}

function newKind(startMs: number): Kind {
  const nothingYet = { count: 0, compared: 0, repeated: 0, headLength: 0, characters: 0 };
  return { startMs, ...nothingYet, first: [], repeats: undefined };
}

function newRepeat(): Repeat {
  return { count: 1, held: 0, sinceMs: 0, last: undefined };
}

function countRepeats(kind: Kind): Map<string, Repeat> {
  const repeats = new Map<string, Repeat>();
  for (const remembered of kind.first) {
    const text = fieldsOf(remembered);
    const repeat = repeats.get(text);
    if (repeat === undefined) repeats.set(text, newRepeat());
    else repeat.count += 1;
  }
  kind.first = [];
  return repeats;
}

function fieldsOf({ line, fieldsAt }: RememberedLine): string {
  return line.slice(fieldsAt);
}

const idsLength = `,"trace_id":"${'0'.repeat(32)}","span_id":"${'0'.repeat(16)}"`.length;

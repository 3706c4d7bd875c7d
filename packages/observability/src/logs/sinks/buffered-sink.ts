import { codedError, type DestinationEvents, errorCode, type LineDestination, sleepSync } from './line-destination.ts';
import { type LineChunk, LineQueue } from './line-queue.ts';
import type { Backpressure, LogDropReason, LogSink } from './log-sink.ts';

/** What becomes of a destination, each told once per change. */
export type SinkChange =
  | { readonly kind: 'failing'; readonly code: string; readonly error: unknown }
  /** It took everything that waited; `lost` lines had been dropped meanwhile. */
  | { readonly kind: 'recovered'; readonly lost: number }
  /** A slow reader has caught up; `lost` lines had been dropped meanwhile. */
  | { readonly kind: 'caught_up'; readonly lost: number };

/** How a sink is set up. */
export interface BufferedSinkOptions {
  readonly destination: (events: DestinationEvents) => LineDestination;
  readonly backpressure: Backpressure;
  /** Under which reasons losses are counted. */
  readonly reasons: { readonly full: LogDropReason; readonly failed: LogDropReason };
  readonly onDrop: (reason: LogDropReason, lines: number) => void;
  readonly onChange: (change: SinkChange) => void;
  /** Write each line at once instead of once per turn of the event loop. */
  readonly immediate?: boolean | undefined;
}

type State =
  | { readonly kind: 'working' }
  | { readonly kind: 'failing'; readonly retryAtMs: number }
  | { readonly kind: 'over'; readonly reason: LogDropReason };

/** `slow` waits for the reader, `stuck` for whatever broke the destination or for ever. */
type DrainResult = 'empty' | 'slow' | 'stuck';

const lineEnd = 0x0a;
const slowRetryMs = 5;
const blockPauseMs = 1;
const firstRetryMs = 250;
const longestRetryMs = 30_000;
// Failures this close together are one trouble: the pause between attempts goes on doubling.
const troubleMs = 60_000;
// As much as a pipe takes at once; also what `drop_oldest` cannot drop any more, hence the share of the bound.
const chunkChars = 65_536;
const chunkShare = 8;
// Of the bound, kept for WARNING and above with `drop_new`.
const reserveShare = 8;

/**
 * A bounded queue in front of a destination that is written to without blocking.
 *
 * Synchronous writes instead of a stream or writes in the thread pool: nothing is in flight when the process has to go,
 * so the remaining lines can be written in order, whole, by whoever sees the exit.
 */
export function createBufferedSink(options: BufferedSinkOptions): LogSink {
  return new BufferedSink(options);
}

class BufferedSink implements LogSink {
  private readonly options: BufferedSinkOptions;
  private readonly destination: LineDestination;
  private readonly queue = new LineQueue();
  private chunk: LineChunk | undefined;
  private state: State = { kind: 'working' };
  private timer: 'none' | 'turn' | 'later' = 'none';
  private draining = false;
  /** Dropped since the destination last took everything. */
  private lost = 0;
  private lastFailureMs = Number.NEGATIVE_INFINITY;
  private retryMs = firstRetryMs;
  /** Before this, a full queue is not offered to the destination again. */
  private nextOfferMs = Number.NEGATIVE_INFINITY;

  constructor(options: BufferedSinkOptions) {
    this.options = options;
    this.destination = options.destination({
      moved: () => this.drainNow(),
      failed: (error) => this.fail(error),
      lost: (lines) => this.drop(options.reasons.failed, lines),
    });
  }

  write(line: string, isMinor = false): void {
    const { state } = this;
    if (state.kind === 'over') {
      this.options.onDrop(state.reason, 1);
      return;
    }
    if (!this.queue.push(line, this.room(isMinor)) && !this.makeRoom(line, isMinor)) {
      this.drop(this.state.kind === 'failing' ? this.options.reasons.failed : this.options.reasons.full, 1);
      return;
    }
    if (this.timer !== 'none') return;
    if (this.options.immediate) {
      this.drainNow();
      return;
    }
    this.timer = 'turn';
    setImmediate(this.onTimer);
  }

  flushSync(budgetMs: number): number {
    const endAt = performance.now() + budgetMs;
    while (this.drain(true) === 'slow') {
      const leftMs = endAt - performance.now();
      if (leftMs <= 0) break;
      this.pause(Math.min(leftMs, slowRetryMs));
    }
    return this.waiting();
  }

  async flush(budgetMs: number): Promise<number> {
    const endAt = performance.now() + budgetMs;
    while (this.drain(true) === 'slow') {
      const leftMs = endAt - performance.now();
      if (leftMs <= 0) break;
      await new Promise((done) => setTimeout(done, Math.min(leftMs, slowRetryMs)));
    }
    return this.waiting();
  }

  waiting(): number {
    return this.queue.length + (this.chunk?.lines ?? 0) + (this.destination.inFlight?.().lines ?? 0);
  }

  reopen(): void {
    this.destination.reopen?.();
  }

  async close(budgetMs: number): Promise<number> {
    const endAt = performance.now() + budgetMs;
    await this.flush(budgetMs);
    await this.destination.end?.(Math.max(0, endAt - performance.now()));
    return this.countUnwritten();
  }

  closeSync(budgetMs: number): number {
    const endAt = performance.now() + budgetMs;
    this.flushSync(budgetMs);
    this.destination.endSync?.(Math.max(0, endAt - performance.now()));
    return this.countUnwritten();
  }

  /** What waits for a destination that has ended is found to be lost, and counted as that. */
  private countUnwritten(): number {
    if (this.waiting() > 0) this.drain(true);
    return this.waiting();
  }

  private readonly onTimer = (): void => {
    this.timer = 'none';
    this.drainNow();
  };

  private drainNow(): void {
    if (this.timer === 'turn') return;
    const result = this.drain(false);
    if (this.timer !== 'none') return;
    if (result === 'slow') this.retryAfter(slowRetryMs);
    else if (this.state.kind === 'failing') this.retryAfter(Math.max(1, this.state.retryAtMs - performance.now()));
  }

  private retryAfter(delayMs: number): void {
    this.timer = 'later';
    // Not a reason to stay alive: the exit hook writes what is left.
    setTimeout(this.onTimer, delayMs).unref();
  }

  private room(isMinor = false): number {
    const { policy, maxBufferedBytes } = this.options.backpressure;
    const inFlight = this.destination.inFlight?.().bytes ?? 0;
    // Where the newest are dropped, a flood of INFO must not cost the WARNING that explains it.
    const kept = isMinor && policy === 'drop_new' ? maxBufferedBytes / reserveShare : 0;
    return maxBufferedBytes - kept - (this.chunk?.bytes.length ?? 0) - inFlight;
  }

  /** Whether a line that did not fit was taken in the end; the policy decides only when the destination is slow. */
  private makeRoom(line: string, isMinor: boolean): boolean {
    const { policy, blockMs, maxBufferedBytes } = this.options.backpressure;
    const lineBytes = Buffer.byteLength(line) + 1;
    if (lineBytes > maxBufferedBytes) return false;
    if (policy === 'block') return this.waitForRoom(line, blockMs);
    if (this.offerEarly() && this.queue.push(line, this.room(isMinor))) return true;
    if (policy === 'drop_new') return false;
    // What has been handed over cannot be dropped any more; nothing is gained by dropping the rest for too little room.
    if (lineBytes > this.room()) return false;
    while (this.queue.length > 0) {
      this.queue.dropOldest();
      this.drop(this.state.kind === 'failing' ? this.options.reasons.failed : this.options.reasons.full, 1);
      if (this.queue.push(line, this.room())) return true;
    }
    return false;
  }

  /**
   * A program that logs a lot within one turn has given the destination no chance yet: that is no slow reader. One that
   * is slow is asked once a millisecond at most, so that a dropped line does not cost a system call.
   */
  private offerEarly(): boolean {
    const nowMs = performance.now();
    if (nowMs < this.nextOfferMs) return false;
    const isSlow = this.drain(false) !== 'empty';
    this.nextOfferMs = isSlow ? nowMs + blockPauseMs : Number.NEGATIVE_INFINITY;
    return true;
  }

  private waitForRoom(line: string, blockMs: number): boolean {
    const endAt = performance.now() + blockMs;
    while (this.drain(false) !== 'stuck') {
      if (this.queue.push(line, this.room())) return true;
      const leftMs = endAt - performance.now();
      if (leftMs <= 0) return false;
      this.pause(Math.min(leftMs, blockPauseMs));
    }
    return false;
  }

  /** @param impatient also when the pause after a failure is not over */
  private drain(impatient: boolean): DrainResult {
    const { state } = this;
    // What is told about a failure is itself a line, written from in here.
    if (this.draining || state.kind === 'over') return 'stuck';
    if (state.kind === 'failing' && !impatient && performance.now() < state.retryAtMs) return 'stuck';
    this.draining = true;
    let problem: { readonly error: unknown } | undefined;
    let result: DrainResult = 'empty';
    try {
      this.writeAll();
    } catch (error) {
      const code = errorCode(error);
      result = code === 'EAGAIN' || code === 'EBUSY' ? 'slow' : 'stuck';
      if (result === 'stuck') problem = { error };
    } finally {
      this.draining = false;
    }
    if (problem !== undefined) this.fail(problem.error);
    else if (result === 'empty') this.succeed();
    return result === 'empty' && this.waiting() > 0 ? 'slow' : result;
  }

  private writeAll(): void {
    const most = Math.min(chunkChars, Math.ceil(this.options.backpressure.maxBufferedBytes / chunkShare));
    for (;;) {
      this.chunk ??= this.queue.take(most);
      const { chunk } = this;
      if (chunk === undefined) return;
      const taken = this.writeChunk(chunk);
      this.chunk = taken >= chunk.bytes.length ? undefined : restOf(chunk, taken);
    }
  }

  private writeChunk({ bytes, lines }: LineChunk): number {
    for (;;) {
      try {
        const taken = this.destination.write(bytes, lines);
        if (taken === 0) throw codedError('EAGAIN', 'nothing was taken');
        return taken;
      } catch (error) {
        if (errorCode(error) !== 'EINTR') throw error;
      }
    }
  }

  private fail(error: unknown): void {
    const code = errorCode(error);
    const reason = this.destination.lossAfter(code);
    if (reason !== undefined) {
      this.state = { kind: 'over', reason };
      const unwritten = this.queue.length + (this.chunk?.lines ?? 0);
      this.chunk = undefined;
      while (this.queue.length > 0) this.queue.dropOldest();
      if (unwritten > 0) this.options.onDrop(reason, unwritten);
      return;
    }
    const nowMs = performance.now();
    const isNew = this.state.kind !== 'failing';
    this.retryMs = nowMs - this.lastFailureMs < troubleMs ? Math.min(this.retryMs * 2, longestRetryMs) : firstRetryMs;
    this.lastFailureMs = nowMs;
    this.state = { kind: 'failing', retryAtMs: nowMs + this.retryMs };
    if (isNew) this.options.onChange({ kind: 'failing', code, error });
  }

  private succeed(): void {
    const { lost } = this;
    const wasFailing = this.state.kind === 'failing';
    if (!wasFailing && lost === 0) return;
    this.state = { kind: 'working' };
    this.lost = 0;
    this.options.onChange({ kind: wasFailing ? 'recovered' : 'caught_up', lost });
  }

  private drop(reason: LogDropReason, lines: number): void {
    this.lost += lines;
    this.options.onDrop(reason, lines);
  }

  private pause(durationMs: number): void {
    if (this.destination.pause === undefined) sleepSync(durationMs);
    else this.destination.pause(durationMs);
  }
}

function restOf(chunk: LineChunk, taken: number): LineChunk {
  let written = 0;
  for (let at = chunk.bytes.indexOf(lineEnd); at >= 0 && at < taken; at = chunk.bytes.indexOf(lineEnd, at + 1)) {
    written += 1;
  }
  // A line made readable may hold line ends of its own; whatever is left is at least the end of one line.
  return { bytes: chunk.bytes.subarray(taken), lines: Math.max(1, chunk.lines - written) };
}

import type { EncodedBatch } from '../encoded-batch.ts';
import type { Signal } from '../signal.ts';
import type { Spool, SpooledBatch } from '../spool/spool.ts';
import type { PipelineClock } from './pipeline-clock.ts';

/** What was spooled, on its way back, oldest first. No method throws. */
export interface Replay {
  /** How long until the next batch may be sent; Infinity when there is none, or until it was read (see `onReady`). */
  dueInMs(): number;
  /** The batch to send now, where `dueInMs` was 0. */
  current(): EncodedBatch | undefined;
  /** It was delivered, or never will be. */
  settled(tookMs: number): void;
  /** Its receiver wants it in these parts. */
  replaced(parts: readonly EncodedBatch[]): void;
}

/** Where batches come back from. */
export interface ReplayOptions {
  readonly spool: Spool;
  readonly signal: Signal;
  readonly clock: PipelineClock;
  /** Called when something became due. */
  readonly onReady: () => void;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'ready'; readonly spooled: SpooledBatch; readonly parts: readonly EncodedBatch[] };

/**
 * Shortest pause between two spooled batches. A receiver that has just come back gets at most ten of them a second from
 * each process, beside the live ones: with batches of 512 that is fifty times what 100 records a second pile up.
 */
const pauseMs = 100;
// A disk that gave nothing although it should have something is not asked in a loop.
const readAgainMs = 1_000;

/** A disk that hangs holds up nothing but the replay: what comes next is read ahead, beside the sending. */
export function createReplay({ spool, signal, clock, onReady }: ReplayOptions): Replay {
  let state: State = { kind: 'idle' };
  let notBeforeMs = 0;

  const read = (before: Promise<unknown>): void => {
    state = { kind: 'reading' };
    void before
      .then(() => spool.next(signal))
      .catch(() => undefined)
      .then((spooled) => {
        if (spooled === undefined) {
          state = { kind: 'idle' };
          notBeforeMs = Math.max(notBeforeMs, clock.elapsed() + readAgainMs);
        } else state = { kind: 'ready', spooled, parts: [spooled.batch] };
        onReady();
      });
  };

  return {
    dueInMs() {
      const leftMs = Math.max(0, notBeforeMs - clock.elapsed());
      switch (state.kind) {
        case 'ready':
          return leftMs;
        case 'reading':
          return Number.POSITIVE_INFINITY;
        case 'idle':
          if (spool.waiting(signal) === 0) return Number.POSITIVE_INFINITY;
          if (leftMs > 0) return leftMs;
          read(Promise.resolve());
          return Number.POSITIVE_INFINITY;
      }
    },
    current: () => (state.kind === 'ready' ? state.parts[0] : undefined),
    settled(tookMs) {
      if (state.kind !== 'ready') return;
      // A receiver that is slow to answer is left as much time as it took.
      notBeforeMs = clock.elapsed() + Math.max(pauseMs, tookMs);
      const parts = state.parts.slice(1);
      if (parts.length > 0) state = { ...state, parts };
      else read(state.spooled.done());
    },
    replaced(parts) {
      if (state.kind === 'ready') state = { ...state, parts: [...parts, ...state.parts.slice(1)] };
    },
  };
}

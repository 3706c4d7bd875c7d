import { setImmediate as nextTurn } from 'node:timers/promises';

/** Hands out turns of the event loop, one at a time. */
export interface Turns {
  /** Resolves in a turn in which nobody else's resolves, in the order of asking. */
  next(): Promise<void>;
}

/** Without it, ten scrapes at the same time would each work their slice in the same turn and block ten times as long. */
export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  return {
    next() {
      last = last.then(() => nextTurn());
      return last;
    },
  };
}

/** What is shut down before a signal ends the process. */
export interface EndingPart {
  /** Never rejects. */
  readonly shutdown: () => Promise<unknown>;
  /** The application handles the signal itself, and decides what comes of it. */
  readonly onLeftToApplication: () => void;
}

const endingSignals = ['SIGTERM', 'SIGINT'] as const;
const parts = new Set<EndingPart>();
let ending = false;

/**
 * Shuts the part down when a signal ends the process. One listener for all parts: of two, each would take the other for the
 * application's own, and leave the end to it.
 *
 * @returns takes the part out again
 */
export function joinEnding(part: EndingPart): () => void {
  parts.add(part);
  for (const signal of endingSignals) {
    process.off(signal, onSignal);
    // First in line, because a handler added with `once` is already gone from the count when its turn is over.
    process.prependListener(signal, onSignal);
  }
  return () => {
    parts.delete(part);
    // A process that is being ended by a signal keeps its handler until it is gone.
    if (parts.size === 0 && !ending) for (const signal of endingSignals) process.off(signal, onSignal);
  };
}

/** Shuts everything down and lets the signal do what it does without us; at once where somebody asks a second time. */
export function endBy(signal: NodeJS.Signals, letGo: () => void): void {
  const end = (): void => {
    letGo();
    process.kill(process.pid, signal);
  };
  if (ending) {
    end();
    return;
  }
  ending = true;
  void Promise.allSettled([...parts].map((part) => part.shutdown())).finally(end);
}

export function isEnding(): boolean {
  return ending;
}

function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 1) endBy(signal, () => process.off(signal, onSignal));
  else for (const part of parts) part.onLeftToApplication();
}

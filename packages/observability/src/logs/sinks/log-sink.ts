/** Why an accepted line never reached its destination. */
export type LogDropReason = 'buffer_full' | 'pipe_closed' | 'write_failed' | 'shutdown';

/** Where finished lines go. No method throws. */
export interface LogSink {
  /** Takes one line without its line end; written at the end of the current turn of the event loop. */
  write(line: string): void;
  /** Writes what is waiting, blocking at most `budgetMs`; returns how many lines could not be written. */
  flushSync(budgetMs: number): number;
  /** Like `flushSync` but lets other work go on while the reader is slow. */
  flush(budgetMs: number): Promise<number>;
  /** Lines accepted and not yet written. */
  waiting(): number;
}

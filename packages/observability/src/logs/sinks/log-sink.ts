/**
 * Why an accepted line never reached its destination. A line that one of several outputs lost counts once, under that
 * output's reason, also when the others wrote it.
 */
export type LogDropReason =
  | 'buffer_full'
  | 'pipe_closed'
  | 'write_failed'
  | 'shutdown'
  | 'file_buffer_full'
  | 'file_write_failed'
  | 'transport_buffer_full'
  | 'transport_failed';

/** Where finished lines go. No method throws. */
export interface LogSink {
  /**
   * Takes one line without its line end; written at the end of the current turn of the event loop.
   *
   * @param isMinor DEBUG and INFO: with `drop_new` such a line may not take the last of the room
   */
  write(line: string, isMinor?: boolean): void;
  /** Writes what is waiting, blocking at most `budgetMs`; returns how many lines could not be written. */
  flushSync(budgetMs: number): number;
  /** Like `flushSync` but lets other work go on while the reader is slow. */
  flush(budgetMs: number): Promise<number>;
  /** Lines accepted and not yet written. */
  waiting(): number;
  /** Lets go of files, so that the next line goes to whatever bears their name then; for SIGHUP after a rotation. */
  reopen?(): void;
  /**
   * Flushes, then ends what only a running program needs: transports finish and stop, files are closed. Standard streams
   * and files take lines afterwards as before; what comes for a transport is counted as dropped by `shutdown`.
   */
  close?(budgetMs: number): Promise<number>;
  /** `close` for a process that is exiting. */
  closeSync?(budgetMs: number): number;
}

/** What happens to a line when its destination is slower than the program. */
export interface Backpressure {
  /**
   * `drop_new` keeps what came first, and an eighth of the room for WARNING and above; `drop_oldest` keeps what came last;
   * `block` waits for the reader, at most `blockMs` for each line, then drops it. A destination that fails is not waited for. Whatever is dropped is counted.
   */
  readonly policy: 'block' | 'drop_oldest' | 'drop_new';
  /** Bytes of UTF-8 that wait at most, for each output. */
  readonly maxBufferedBytes: number;
  readonly blockMs: number;
}

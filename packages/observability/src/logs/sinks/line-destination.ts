import type { LogDropReason } from './log-sink.ts';

/** What bytes are written to. Everything may be called again after it threw. */
export interface LineDestination {
  /**
   * Takes bytes like `fs.writeSync` and returns how many; what is left is offered again.
   * @throws errors with a `code`: EAGAIN while the reader has to catch up, any other when writing failed
   */
  write(bytes: Buffer, lines: number): number;
  /** The reason under which every line is lost from now on, for errors that are final. */
  lossAfter(code: string): LogDropReason | undefined;
  /** What was taken and has not arrived; for destinations that pass lines on. */
  inFlight?(): { readonly bytes: number; readonly lines: number };
  /** Blocks until something may have moved, at most so long. */
  pause?(durationMs: number): void;
  reopen?(): void;
  end?(budgetMs: number): Promise<void>;
  endSync?(budgetMs: number): void;
}

/** What a destination that works on its own tells whoever writes to it. */
export interface DestinationEvents {
  /** There may be room again. */
  moved(): void;
  failed(error: unknown): void;
  /** Lines it had taken are gone. */
  lost(lines: number): void;
}

/** An error that callers tell by its code. */
export function codedError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Of whatever was thrown without a code. */
export const unknownCode = 'UNKNOWN';

export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : unknownCode;
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

/** Stops the whole thread. */
export function sleepSync(durationMs: number): void {
  Atomics.wait(sleepCell, 0, 0, durationMs);
}

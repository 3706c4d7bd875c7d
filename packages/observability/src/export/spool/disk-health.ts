import type { SpoolObserver } from './spool.ts';

/** Whether the disk takes what it is given. */
export interface DiskHealth {
  /** False in the pause after a failure. */
  mayTry(): boolean;
  worked(): void;
  failed(error: unknown): void;
}

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** A disk that fails is left alone for a while, twice as long each time, and is told about once. */
export function createDiskHealth(observer: SpoolObserver, steadyMs: () => number): DiskHealth {
  let failures = 0;
  let retryAtMs = 0;
  return {
    mayTry: () => failures === 0 || steadyMs() >= retryAtMs,
    worked() {
      if (failures === 0) return;
      failures = 0;
      observer.changed('recovered', '');
    },
    failed(error) {
      failures += 1;
      retryAtMs = steadyMs() + Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
      if (failures === 1) observer.changed('failing', toReason(error));
    },
  };
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a failed file operation, e.g. `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

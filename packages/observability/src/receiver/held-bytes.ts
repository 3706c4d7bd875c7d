/** Memory that bodies take while they are read and worked on, together. */
export interface HeldBytes {
  /** @returns false, and takes nothing, when there is no room */
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
  readonly bytes: number;
}

export function createHeldBytes(maxBytes: number): HeldBytes {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > maxBytes) return false;
      held += bytes;
      return true;
    },
    giveBack(bytes) {
      held -= bytes;
    },
    get bytes() {
      return held;
    },
  };
}

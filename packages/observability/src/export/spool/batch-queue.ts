import type { StoredBatch } from './segment.ts';

/** Batches of one signal and importance, by sequence. */
export interface BatchQueue {
  /** The oldest that is not gone. */
  first(): StoredBatch | undefined;
  /** Adds batches that are in order among themselves; cheap where they are newer than all that wait. */
  add(batches: readonly StoredBatch[]): void;
}

// Below it moving the rest to the front costs more than the memory is worth.
const fewestToCompact = 1_024;

/** An empty queue. */
export function createBatchQueue(): BatchQueue {
  let batches: StoredBatch[] = [];
  let head = 0;

  const first = (): StoredBatch | undefined => {
    while (batches[head]?.state === 'gone') head += 1;
    if (head > fewestToCompact && head * 2 > batches.length) {
      batches = batches.slice(head);
      head = 0;
    }
    return batches[head];
  };

  return {
    first,
    add(added) {
      const newest = batches.at(-1)?.sequence ?? -1;
      const oldestAdded = added[0]?.sequence;
      if (oldestAdded === undefined) return;
      if (oldestAdded >= newest) {
        for (const batch of added) batches.push(batch);
        return;
      }
      batches = mergeBySequence(batches.slice(head), added);
      head = 0;
    },
  };
}

function mergeBySequence(left: readonly StoredBatch[], right: readonly StoredBatch[]): StoredBatch[] {
  return [...left, ...right].filter((batch) => batch.state !== 'gone').sort((a, b) => a.sequence - b.sequence);
}

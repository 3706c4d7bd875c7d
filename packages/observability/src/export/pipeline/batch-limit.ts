/** How many records go into one request, learnt from how long encoding takes and what the receiver finds too long. */
export interface BatchLimit {
  records(): number;
  /** Where nothing is left to be held up, as at the end of a process. */
  recordsAtEnd(): number;
  /** Encoding so many records held up the program for so long. */
  encoded(records: number, tookMs: number): void;
  /** So many were too many for one request. */
  tooLarge(records: number): void;
  /** A request was taken. */
  accepted(): void;
}

// What the library allows itself in one go; see `sliceMs` of the exposition, which makes many more of them.
const longestEncodingMs = 8;
// Fewer records in one go are not the reason why it took long: the machine is busy.
const fewestBySlowness = 32;
const regrowth = 2;
// Each try to grow may cost a request that is refused for its length.
const acceptedBeforeGrowth = 50;

/** @param mostRecords what the configuration allows */
export function createBatchLimit(mostRecords: number): BatchLimit {
  let bySize = mostRecords;
  let bySlowness = mostRecords;
  let acceptedInRow = 0;
  return {
    records: () => Math.min(bySize, bySlowness),
    recordsAtEnd: () => bySize,
    encoded(records, tookMs) {
      if (tookMs <= longestEncodingMs) bySlowness = Math.min(mostRecords, Math.ceil(bySlowness * regrowth));
      else bySlowness = atMost(mostRecords, Math.floor((records * longestEncodingMs) / tookMs));
    },
    tooLarge(records) {
      acceptedInRow = 0;
      // A single one that is too large by itself is the reason for all the halving before.
      bySize = records <= 1 ? mostRecords : Math.floor(records / 2);
    },
    accepted() {
      acceptedInRow += 1;
      if (acceptedInRow % acceptedBeforeGrowth === 0) bySize = Math.min(mostRecords, bySize * 2);
    },
  };
}

function atMost(mostRecords: number, records: number): number {
  return Math.min(mostRecords, Math.max(fewestBySlowness, records));
}

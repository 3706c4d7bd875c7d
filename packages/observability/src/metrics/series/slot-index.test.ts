import { expect, test } from 'vitest';
import { SlotIndex } from './slot-index.ts';

/** The longest run of taken places: what a search may have to walk through. */
function longestRun({ table }: SlotIndex): number {
  let longest = 0;
  let run = 0;
  for (const slot of table) {
    run = slot < 0 ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

// Label values come numbered from 0, often all combinations of them, often with a label that has only one value.
test.each([[[5_000]], [[50, 100]], [[50, 100, 1]], [[100, 100, 1]], [[50, 100, 1, 1]], [[1, 50, 100]], [[16, 16, 16]]])(
  'all combinations of %j values are spread over the table',
  (dimensions) => {
    const index = new SlotIndex(dimensions.length);
    const total = dimensions.reduce((product, values) => product * values);
    for (let slot = 0; slot < total; slot++) {
      let rest = slot;
      const ids = dimensions.map((values) => {
        const id = rest % values;
        rest = Math.floor(rest / values);
        return id;
      });
      index.insert(slot, ids);
      expect(index.find(ids)).toBe(slot);
    }
    expect(longestRun(index)).toBeLessThan(150);
  },
);

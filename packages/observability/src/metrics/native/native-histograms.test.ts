import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDeclaration } from '../declaring/declaration-checks.ts';
import { HistogramFamily } from '../histogram.ts';
import type { PlainHistogram } from '../instruments.ts';
import type { RawLabels } from '../label-specs.ts';
import { nativeIndex } from './native-index.ts';
import { type NativeSnapshot, nativeSnapshot } from './native-snapshot.ts';

function createFamily(maxBuckets = 160, labels: Parameters<typeof parseDeclaration>[1]['labels'] = {}) {
  const meta = parseDeclaration('histogram', { name: 'size', help: 'h', labels });
  return new HistogramFamily(
    meta,
    { buckets: [1, 10], exemplars: false, native: { maxBuckets } },
    { activeExemplar: null, now: () => 0, onDrop: () => {}, onLabelProblem: () => {} },
  );
}

function snapshotAfter(values: readonly number[], maxBuckets?: number): NativeSnapshot | null {
  const family = createFamily(maxBuckets);
  for (const value of values) (family.instrument as PlainHistogram).observe(value);
  return nativeSnapshot(family, 0);
}

const used = ({ positive, negative }: NativeSnapshot) =>
  [...positive.counts, ...negative.counts].filter((count) => count > 0).length;
const total = ({ positive, negative, zeroCount }: NativeSnapshot) =>
  [...positive.counts, ...negative.counts].reduce((sum, count) => sum + count, zeroCount);

/** The counts of one sign by bucket index, as they must be at this scale. */
function expectedCounts(
  values: readonly number[],
  scale: number,
  sign: 1 | -1,
): readonly (readonly [number, number])[] {
  const counts = new Map<number, number>();
  for (const value of values) {
    if (value * sign <= 2 ** -128) continue;
    const index = nativeIndex().find(value * sign) >> (8 - scale);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

const toCounts = ({ offset, counts }: NativeSnapshot['positive']) =>
  counts.map((count, i) => [offset + i, count] as const).filter(([, count]) => count > 0);

const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, 1, -2, 4, 2 ** -128, -(2 ** -127), 5e-324, Number.MAX_VALUE),
);

test('few observations lie in buckets of scale 3, each up to its bound, those next to 0 apart', () => {
  expect(snapshotAfter([1, 1, 1 + 2 ** -52, 2, -1, 0, -0, 2 ** -128, -5e-324])).toEqual({
    scale: 3,
    zeroCount: 4,
    zeroThreshold: 2 ** -128,
    positive: { offset: -1, counts: [2, 1, 0, 0, 0, 0, 0, 0, 1] },
    negative: { offset: -1, counts: [1] },
    sum: 4 + 2 ** -51,
    count: 9,
  });
});

test('a series without observations, and one that is not native, have no snapshot', () => {
  expect(snapshotAfter([])).toBeNull();
});

test('what is no number counts nowhere', () => {
  expect(snapshotAfter([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3])?.count).toBe(1);
});

test('neighbours are merged once there are too many buckets: no more than needed, and no count is lost', () => {
  fc.assert(
    fc.property(fc.array(finite, { maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (values, maxBuckets) => {
      const shown = snapshotAfter(values, maxBuckets);
      if (shown === null) return;
      expect([total(shown), shown.count]).toEqual([values.length, values.length]);
      expect(toCounts(shown.positive)).toEqual(expectedCounts(values, shown.scale, 1));
      expect(toCounts(shown.negative)).toEqual(expectedCounts(values, shown.scale, -1));
      if (shown.scale > -4) expect(used(shown)).toBeLessThanOrEqual(maxBuckets);
      if (shown.scale === 3) return;
      const finer = [1, -1].flatMap((sign) => expectedCounts(values, shown.scale + 1, sign as 1 | -1));
      expect(finer.length).toBeGreaterThan(maxBuckets);
    }),
    { numRuns: 300 },
  );
});

test('all numbers there are fit into the coarsest buckets', () => {
  const powers = Array.from({ length: 1151 }, (_, i) => 2 ** (i - 127));
  const shown = snapshotAfter([...powers, Number.MAX_VALUE, ...powers.map((value) => -value)], 1);
  expect(shown?.scale).toBe(-4);
  expect(shown?.positive.counts.length).toBeLessThanOrEqual(73);
  expect(shown && total(shown)).toBe(2303);
});

test('a series that expires goes on in __other__, at the coarser scale of both', () => {
  const label = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('observe' as const), label, value: finite }),
    fc.record({ kind: fc.constant('expire' as const), label, value: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const family = createFamily(12, { item: { limit: 3 } });
      const instrument = family.instrument as { observe(labels: RawLabels, value: number): void };
      const values: number[] = [];
      for (const { kind, label: item, value } of steps) {
        const slot = family.series.peek({ item });
        if (kind === 'observe') {
          instrument.observe({ item }, value);
          values.push(value);
        } else if (slot >= 0) family.expire(slot);
        const shown = Array.from({ length: family.series.size }, (_, at) => nativeSnapshot(family, at));
        const counts = shown.map((snapshot) => (snapshot === null ? 0 : total(snapshot)));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        expect(counts).toEqual(shown.map((_, at) => family.touchesOf(at)));
      }
    }),
    { numRuns: 150 },
  );
});

test('a series in a place that was used before starts anew', () => {
  const family = createFamily(160, { item: { limit: 3 } });
  const instrument = family.instrument as { observe(labels: RawLabels, value: number): void };
  instrument.observe({ item: 'a' }, 1000);
  const slot = family.series.peek({ item: 'a' });
  family.expire(slot);
  instrument.observe({ item: 'b' }, 1);
  expect(family.series.peek({ item: 'b' })).toBe(slot);
  expect(nativeSnapshot(family, slot)).toMatchObject({ count: 1, positive: { offset: -1, counts: [1] } });
});

test('a reset, and other bounds, leave the exponential buckets as they began', () => {
  const family = createFamily();
  const { observe } = { observe: (value: number) => (family.instrument as PlainHistogram).observe(value) };
  observe(1);
  family.reset();
  expect(nativeSnapshot(family, 0)).toBeNull();
  family.replaceBounds([1, 2, 3, 4]);
  observe(4);
  expect(nativeSnapshot(family, 0)).toMatchObject({ count: 1, sum: 4, positive: { offset: 15, counts: [1] } });
});

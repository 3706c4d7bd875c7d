import { expect, it } from 'vitest';
import type { FinishedSpan } from './finished-span.ts';
import { heldBytesOf } from './span-size.ts';

const bytesOf = (parts: Partial<FinishedSpan>): number =>
  heldBytesOf({ name: 'x', attributes: {}, events: [], links: [], status: { code: 0 }, ...parts } as FinishedSpan);

it('counts texts by what they occupy, wherever they are', () => {
  const [latin, wide] = ['é'.repeat(1_000), '€'.repeat(1_000)];
  const bare = bytesOf({});
  for (const [text, least] of [
    [latin, 1_000],
    [wide, 2_000],
  ] as const) {
    const time: [number, number] = [0, 0];
    const link = { context: { traceId: 'a', spanId: 'b', traceFlags: 1 }, attributes: { text } };
    for (const parts of [
      { attributes: { text } },
      { attributes: { list: [text] } },
      { events: [{ name: 'e', time, attributes: { text } }] },
      { events: [{ name: text, time }] },
      { links: [link] },
      { status: { code: 2, message: text } },
    ]) {
      const grown = bytesOf(parts) - bare;
      expect(grown).toBeGreaterThanOrEqual(least);
      expect(grown).toBeLessThan(least + 400);
    }
  }
});

it('counts what has no length of its own', () => {
  expect(bytesOf({ attributes: { a: 1, b: true } })).toBeGreaterThan(bytesOf({ attributes: { a: 1 } }));
  expect(bytesOf({ attributes: { list: [1, 2, 3] } })).toBeGreaterThan(bytesOf({ attributes: { list: [] } }));
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineQueue } from './line-queue.ts';

it('gives lines back in the order they came, encoded together', () => {
  const queue = new LineQueue();
  for (const line of ['a', 'ü', '😀']) queue.push(line, 1_000);
  expect(queue.take(100)).toEqual({ bytes: Buffer.from('a\nü\n😀\n'), lines: 3 });
  expect(queue.take(100)).toBeUndefined();
});

it('takes as many lines as it may, and one at least', () => {
  const queue = new LineQueue();
  for (let count = 0; count < 10; count += 1) queue.push('x'.repeat(9), 1_000);
  expect(queue.take(25)?.lines).toBe(3);
  expect(queue.take(1)?.lines).toBe(1);
  expect(queue.length).toBe(6);
});

it('fills its room to the last byte', () => {
  const queue = new LineQueue();
  expect([queue.push('ab', 10), queue.push('語', 10), queue.push('cd', 10), queue.push('c', 10)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

it('agrees with a plain list that counts every byte, whatever is done to it', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.string({ maxLength: 30, unit: 'binary' }).map((text) => ({ text })) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }).map((take) => ({ take })) },
    { weight: 1, arbitrary: fc.constant({ drop: true }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), fc.nat(400), (steps, room) => {
      const queue = new LineQueue();
      let model: string[] = [];
      const bytes = (lines: readonly string[]): number =>
        lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
      for (const move of steps) {
        if ('text' in move) {
          const fits = bytes([...model, move.text]) <= room;
          expect(queue.push(move.text, room)).toBe(fits);
          if (fits) model.push(move.text);
        } else if ('take' in move) {
          const chunk = queue.take(move.take);
          const taken = model.slice(0, chunk?.lines ?? 0);
          model = model.slice(taken.length);
          expect(chunk?.bytes.toString() ?? '').toBe(Buffer.from(taken.map((line) => `${line}\n`).join('')).toString());
        } else {
          queue.dropOldest();
          model.shift();
        }
        expect(queue.length).toBe(model.length);
      }
    }),
    { numRuns: 300 },
  );
});

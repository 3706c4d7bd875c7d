import { expect, test } from 'vitest';
import { compare, quantile } from './interleaved.ts';

const effort = { rounds: 7, roundMs: 1, warmUpMs: 5, processes: 1 };

/** Busy for about as long as it is told, in units of the same work. */
function work(units: number): (times: number) => number {
  return (times) => {
    let sum = 0;
    for (let left = times * units * 200; left > 0; left -= 1) sum = (sum + left * 31) | 0;
    return sum;
  };
}

test('what does ten times the work takes several times as long', async () => {
  const done = await compare(
    [
      { name: 'more', run: work(10) },
      { name: 'less', run: work(1) },
    ],
    effort,
  );
  expect(done.ratio('more', 'less')).toBeGreaterThan(3);
  expect(done.ratio('less', 'more')).toBeLessThan(1);
  expect(done.difference('more', 'less')).toBeGreaterThan(0);
  expect(done.measurement('less').medianNs).toBeGreaterThan(0);
  expect(() => done.ratio('more', 'nobody')).toThrow('nobody');
});

test('the sides take turns, in an order that moves on; waiting for one belongs to its time', async () => {
  const turns: string[] = [];
  const subject = (name: string) => ({
    name,
    unit: 'turn',
    prepare: () => void turns.push(name),
    run: () => Promise.resolve(name),
  });
  await compare([subject('a'), subject('b')], { ...effort, rounds: 2, warmUpMs: 0, roundMs: 0 });
  expect(turns.slice(2).join('')).toBe('abba');
});

test('a quantile of few values is one of them', () => {
  expect([quantile([1, 2, 3], 0.5), quantile([1, 2, 3], 0.99), quantile([7], 0.5)]).toEqual([2, 3, 7]);
});

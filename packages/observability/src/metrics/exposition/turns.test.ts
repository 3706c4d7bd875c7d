import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('those who ask at the same time get different turns, in their order', async () => {
  const turns = createTurns();
  let loopTurn = 0;
  let isOver = false;
  const count = () => {
    loopTurn += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const got: (readonly [string, number])[] = [];
  const take = async (name: string) => {
    for (let i = 0; i < 3; i++) {
      await turns.next();
      got.push([name, loopTurn]);
    }
  };
  await Promise.all([take('a'), take('b'), take('c')]);
  isOver = true;
  expect(got.map(([name]) => name).join('')).toBe('abcabcabc');
  expect(new Set(got.map(([, turn]) => turn)).size).toBe(9);
});

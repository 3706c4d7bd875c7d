import { expect, test } from 'vitest';
import { formatResult, runPart, toOutcome } from './part.ts';

function steppingClock(stepMs: number): () => number {
  let atMs = 0;
  return () => {
    atMs += stepMs;
    return atMs;
  };
}

test('a part that passes is one line with its time', async () => {
  const result = await runPart({ name: 'sizes', run: async () => toOutcome([]) }, steppingClock(1500));
  expect(formatResult(result)).toBe('PASS  sizes (1.5 s)');
});

test('a part that fails shows all problems, each with place and remedy', async () => {
  const problems = [
    { file: 'a.ts', line: 3, what: 'too long', remedy: 'split it' },
    { file: 'b.ts', line: 1, what: 'no name', remedy: 'name it' },
  ];
  const result = await runPart({ name: 'sizes', run: async () => toOutcome(problems) }, steppingClock(0));
  expect(formatResult(result)).toBe(
    'FAIL  sizes (0.0 s, 2 found)\n  a.ts:3  too long\n      → split it\n  b.ts:1  no name\n      → name it',
  );
});

test('a part that throws has failed and says why', async () => {
  const result = await runPart(
    { name: 'types', run: () => Promise.reject(new Error('no compiler')) },
    steppingClock(0),
  );
  expect(formatResult(result)).toContain('FAIL  types (0.0 s)\n  Error: no compiler');
});

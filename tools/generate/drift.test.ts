import { expect, test } from 'vitest';
import { findDrift, toProblem } from './drift.ts';
import type { Generator } from './generator.ts';

const generator: Generator = { name: 'pages', owns: /^docs\/pages\//, produce: async () => new Map() };

function driftAgainst(disk: Readonly<Record<string, string>>) {
  const produced = new Map([['docs/pages/a.md', 'one\ntwo\n']]);
  return findDrift(generator, produced, { paths: Object.keys(disk), read: (path) => disk[path] });
}

test('a file that equals what is generated passes', () => {
  expect(driftAgainst({ 'docs/pages/a.md': 'one\ntwo\n', 'docs/other.md': '' })).toEqual([]);
});

test('a file edited by hand is caught at the first line that differs', () => {
  expect(driftAgainst({ 'docs/pages/a.md': 'one\nTWO\n' })).toEqual([
    { path: 'docs/pages/a.md', kind: 'different', line: 2 },
  ]);
});

test('a file nobody wrote is caught', () => {
  expect(driftAgainst({})).toEqual([{ path: 'docs/pages/a.md', kind: 'missing', line: 1 }]);
});

test('a file whose source is gone is caught', () => {
  expect(driftAgainst({ 'docs/pages/a.md': 'one\ntwo\n', 'docs/pages/b.md': '' })).toEqual([
    { path: 'docs/pages/b.md', kind: 'stale', line: 1 },
  ]);
});

test('the problem names the remedy', () => {
  expect(toProblem({ path: 'docs/pages/a.md', kind: 'missing', line: 1 }).remedy).toContain('npm run gen');
});

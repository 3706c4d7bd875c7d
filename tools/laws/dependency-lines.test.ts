import { expect, test } from 'vitest';
import type { Workspace } from '../workspace/model.ts';
import { dependencyLines } from './dependency-lines.ts';
import { checkWith, places } from './workspace.fixture.ts';

const complete = [
  '# Dependencies',
  '## @autotrader/observability',
  '| dependency | what for | why this one | size | import |',
  '|---|---|---|---|---|',
  '| `pino` | logs | fast | 1 MB | 10 ms |',
  '| `zod` | schemas | types follow | 1 MB | 10 ms |',
];

const check = (lines: readonly string[]) =>
  places(checkWith({ name: 'dependency lines', check: (workspace) => dependencyLines(workspace, lines.join('\n')) }));

test('every dependency with its row passes', () => {
  expect(check(complete)).toEqual([]);
});

test('a dependency without a row is caught', () => {
  expect(check(complete.slice(0, -1))).toEqual([
    'docs/dependencies.md:1 "zod" of @autotrader/observability has no row',
  ]);
});

test('a row without a dependency is caught', () => {
  expect(check([...complete, '| `winston` | logs | old | 1 MB | 10 ms |'])).toEqual([
    'docs/dependencies.md:7 @autotrader/observability does not depend on "winston"',
  ]);
});

test('a row under a heading that is no package is caught', () => {
  expect(check([...complete, '## @autotrader/elsewhere', '| `zod` | a | b | c | d |'])).toEqual([
    'docs/dependencies.md:8 "@autotrader/elsewhere" is none of our packages',
  ]);
});

test('a row with an empty cell is caught', () => {
  expect(check([...complete.slice(0, -1), '| `zod` | schemas |  | 1 MB | 10 ms |'])).toEqual([
    'docs/dependencies.md:6 the row of "zod" is incomplete',
  ]);
});

test('an example needs no rows: it installs what has one', () => {
  const example = JSON.stringify({ name: '@autotrader/example', dependencies: { otel: '1.0.0' } });
  const law = {
    name: 'dependency lines',
    check: (workspace: Workspace) => dependencyLines(workspace, complete.join('\n')),
  };
  expect(checkWith(law, { 'examples/plain/package.json': example })).toEqual([]);
});

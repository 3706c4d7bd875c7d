import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { questions } from './all-questions.ts';
import type { Answered } from './answered.ts';
import type { Finding, Question } from './question.ts';
import { findMisses, toJson, toMarkdown, toText } from './report.ts';

const question: Question = {
  row: 3,
  name: 'histogram-bound',
  asks: 'A histogram',
  does: 'one observation',
  peers: ['prom-client'],
  answer: () => Promise.reject(new Error('not asked here')),
};
const quick: Finding = {
  what: 'theirs / ours',
  value: 60.4,
  unit: '×',
  target: { bound: 'at least', value: 50 },
};
const answered = (...findings: Finding[]): Answered => ({
  question,
  result: {
    kind: 'answer',
    answer: {
      measurements: [{ name: 'ours', medianNs: 4.5, quickestNs: 4, p99Ns: 6_100, bytesPerOperation: 0 }],
      findings,
      equal: 'the same text',
    },
  },
});
const machine = { cpu: 'A CPU', cores: 2, memoryGb: 8, node: 'v20', v8: '11', platform: 'linux x64' };
const runOf = (...all: Answered[]) => ({
  machine,
  versions: { 'prom-client': '15.1.3' },
  busy: undefined,
  answered: all,
});

test('a value on the wrong side of its target is a miss, one without a target never', () => {
  const slow = { ...quick, value: 49.9 };
  const big: Finding = { what: 'bytes', value: 1e9, unit: 'bytes' };
  const many: Finding = { ...quick, value: 10.1, unit: 'ms', target: { bound: 'at most', value: 10 } };
  expect(findMisses([answered(quick, big)])).toEqual([]);
  expect(findMisses([answered(quick, slow), answered(many)])).toHaveLength(2);
});

test('a question without an answer is a miss and tells why', () => {
  const failed: Answered = { question, result: { kind: 'failure', failure: 'outputs differ' } };
  expect(findMisses([failed])).toEqual([failed]);
  expect(toText(runOf(failed))).toContain('FAILED outputs differ');
  expect(toMarkdown(runOf(failed))).toContain('| 3 | A histogram | failed |');
});

test('every format tells ratio, target, times and versions', () => {
  const run = runOf(answered(quick));
  expect(toText(run)).toContain('ok     theirs / ours: 60.4 × (target ≥ 50 ×)');
  expect(toText(run)).toContain('ours: median 4.5 ns, p99 6.10 µs, 0 bytes');
  const document = toMarkdown(run);
  expect(document).toContain('| 3 | A histogram | theirs / ours | **60.4 ×** | ≥ 50 × | ok |');
  expect(document).toContain('- A CPU, 2 cores');
  expect(document).toContain('prom-client 15.1.3');
  expect(JSON.parse(toJson(run))).toMatchObject({ rows: [{ row: 3, kind: 'answer' }] });
});

test('the document in the repository has the rows that are asked today', () => {
  const text = readFileSync(new URL('../../../docs/benchmarks.md', import.meta.url), 'utf8');
  const written = [...text.matchAll(/^- \*\*(\d+ [\w-]+)\*\*/gm)].map((match) => match[1]);
  expect(written, 'run "npm run bench"').toEqual(questions.map(({ row, name }) => `${row} ${name}`));
});

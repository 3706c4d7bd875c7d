import { expect, test } from 'vitest';
import { type TestReport, toVerdict } from './verdict.ts';

function reportOf(statuses: readonly string[], file: { status?: string; message?: string } = {}): TestReport {
  const count = (status: string) => statuses.filter((one) => one === status).length;
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    testResults: [
      {
        name: 'a.test.ts',
        status: file.status ?? (count('failed') > 0 ? 'failed' : 'passed'),
        message: file.message ?? '',
        assertionResults: statuses.map((status, index) => ({ status, fullName: `fact ${index}` })),
      },
    ],
  };
}

const run = (report: TestReport | undefined, exitCode = 0) => ({ command: 'npm test', exitCode, report });

test('a run in which everything passes is a success', () => {
  expect(toVerdict([run(reportOf(['passed', 'passed']))], [])).toEqual({ passed: 2, failed: 0, lines: [] });
});

test('runs on several versions of Node add up', () => {
  const verdict = toVerdict([run(reportOf(['passed'])), run(reportOf(['passed', 'failed']), 1)], []);
  expect(verdict).toEqual({ passed: 2, failed: 1, lines: [] });
});

test.each(['skipped', 'pending', 'todo'])('a test left out as %s is a failure and is named', (status) => {
  expect(toVerdict([run(reportOf(['passed', status]))], [])).toEqual({
    passed: 1,
    failed: 1,
    lines: ['SKIPPED a.test.ts › fact 1'],
  });
});

test('a test that passed only at its second attempt is named and no failure', () => {
  const report = reportOf(['passed']);
  const retried = [{ status: 'passed', fullName: 'fact 0', failureMessages: ['Error: too late\n  at a.test.ts:1'] }];
  const testResults = report.testResults.map((file) => ({ ...file, assertionResults: retried }));
  expect(toVerdict([run({ ...report, testResults })], [])).toEqual({
    passed: 1,
    failed: 0,
    lines: ['RETRIED a.test.ts › fact 0: Error: too late'],
  });
});

test('a file that does not load is a failure', () => {
  const verdict = toVerdict([run(reportOf([], { status: 'failed', message: 'no such module' }), 1)], []);
  expect(verdict).toEqual({ passed: 0, failed: 1, lines: ['BROKEN  a.test.ts: no such module'] });
});

test('a file whose hook failed is one failure, however many tests it skipped', () => {
  const verdict = toVerdict([run(reportOf(['skipped', 'skipped'], { status: 'failed' }), 1)], []);
  expect(verdict).toEqual({ passed: 0, failed: 1, lines: ['BROKEN  a.test.ts: a hook failed'] });
});

test('a run that ends badly with all tests passed is a failure', () => {
  expect(toVerdict([run(reportOf(['passed']), 1)], []).lines).toEqual([
    'FAILED  npm test: exit code 1 though no test failed',
  ]);
});

test('a run that wrote no report or ran no test is a failure', () => {
  expect(toVerdict([run(undefined, 1)], []).failed).toBe(1);
  expect(toVerdict([run({ numPassedTests: 0, numFailedTests: 0, testResults: [] })], []).failed).toBe(1);
});

test('a failed step counts', () => {
  expect(toVerdict([run(reportOf(['passed']))], ['npm run check'])).toEqual({
    passed: 1,
    failed: 1,
    lines: ['FAILED  npm run check'],
  });
});

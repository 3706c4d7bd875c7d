/** The fields of vitest's JSON report that decide. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      /** Of a passed test: those of its first attempt. */
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

export interface TestRun {
  readonly command: string;
  readonly exitCode: number;
  /** Absent when the run ended before it could write one. */
  readonly report: TestReport | undefined;
}

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  /** One line per thing that went wrong besides failed tests, which the test runner has shown itself, and per unsteady test. */
  readonly lines: readonly string[];
}

/**
 * Tests that may be skipped where everything is installed: `file › full name`. A machine that can run
 * everything has no reason to leave one out, so an entry here needs one.
 */
const mayBeSkipped: ReadonlySet<string> = new Set([
  // A disk of their own takes a mount, which containers without user namespaces refuse; 6c and 6d run everywhere.
  'test/delivery/disk.test.ts › a spool on a disk that is full leaves the rest to memory, which is bounded; errors are lost last',
  'test/delivery/disk.test.ts › a spool on a read-only disk costs one line; memory is bounded and errors are lost last',
]);

/** A skipped test, a file that does not load and a failed step each count as one failure. */
export function toVerdict(runs: readonly TestRun[], failedSteps: readonly string[]): Verdict {
  const judged = runs.map(judgeRun);
  const sum = (pick: (verdict: Verdict) => number) => judged.reduce((total, verdict) => total + pick(verdict), 0);
  return {
    passed: sum((verdict) => verdict.passed),
    failed: sum((verdict) => verdict.failed) + failedSteps.length,
    lines: [...failedSteps.map((step) => `FAILED  ${step}`), ...judged.flatMap((verdict) => verdict.lines)],
  };
}

function judgeRun({ command, exitCode, report }: TestRun): Verdict {
  if (report === undefined) return { passed: 0, failed: 1, lines: [`FAILED  ${command}: it wrote no report`] };
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  // A file whose hook failed skips its tests: that is one failure, already counted.
  const whole = report.testResults.filter((file) => !broken.includes(file));
  const skipped = whole.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status !== 'passed' && test.status !== 'failed')
      .map((test) => `${file.name} › ${test.fullName}`)
      .filter((test) => !mayBeSkipped.has(test)),
  );
  const unsteady = whole.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === 'passed' && (test.failureMessages ?? []).length > 0)
      .map((test) => `${file.name} › ${test.fullName}: ${firstLine(test.failureMessages?.[0] ?? '')}`),
  );
  const known = report.numFailedTests + skipped.length + broken.length;
  const problems = [
    ...skipped.map((test) => `SKIPPED ${test}`),
    ...broken.map((file) => `BROKEN  ${file.name}: ${firstLine(file.message) || 'a hook failed'}`),
    ...(exitCode !== 0 && known === 0 ? [`FAILED  ${command}: exit code ${exitCode} though no test failed`] : []),
    ...(report.numPassedTests === 0 && known === 0 ? [`FAILED  ${command}: no test ran`] : []),
  ];
  const unexplained = known === 0 ? problems.length : 0;
  const lines = [...problems, ...unsteady.map((test) => `RETRIED ${test}`)];
  return { passed: report.numPassedTests, failed: known + unexplained, lines };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

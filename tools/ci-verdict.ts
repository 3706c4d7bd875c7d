import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { type TestReport, type TestRun, toVerdict } from './ci/verdict.ts';

// Usage: ci-verdict [--failed STEP]… [--report FILE:EXIT_CODE:COMMAND]…; the last line is "N passed, N failed".
const { values } = parseArgs({
  options: { failed: { type: 'string', multiple: true }, report: { type: 'string', multiple: true } },
});

function toRun(argument: string): TestRun {
  const [, file = '', exitCode = '1', command = ''] = /^(.*?):(\d+):(.*)$/s.exec(argument) ?? [];
  return { command, exitCode: Number(exitCode), report: existsSync(file) ? readReport(file) : undefined };
}

function readReport(file: string): TestReport {
  const report = JSON.parse(readFileSync(file, 'utf8')) as TestReport;
  const testResults = report.testResults.map((result) => ({ ...result, name: relative(process.cwd(), result.name) }));
  return { ...report, testResults };
}

const { passed, failed, lines } = toVerdict((values.report ?? []).map(toRun), values.failed ?? []);
for (const line of lines) console.log(line);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type TestReport, type TestRun, toVerdict } from './ci/verdict.ts';

// Usage: ci-verdict [--failed STEP]… [--report FILE:EXIT_CODE:COMMAND]…; the last line is "N passed, N failed".
const { values } = parseArgs({
  options: { failed: { type: 'string', multiple: true }, report: { type: 'string', multiple: true } },
});

function toRun(argument: string): TestRun {
  const [, file = '', exitCode = '1', command = ''] = /^(.*?):(\d+):(.*)$/s.exec(argument) ?? [];
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestReport) : undefined;
  return { command, exitCode: Number(exitCode), report };
}

const { passed, failed, lines } = toVerdict((values.report ?? []).map(toRun), values.failed ?? []);
for (const line of lines) console.log(line);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

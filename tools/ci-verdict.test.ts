import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from './check/command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'ci-verdict-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function verdict(statuses: readonly string[], ...more: readonly string[]) {
  const report = join(scratch, `${statuses.join('-')}.json`);
  const count = (status: string) => statuses.filter((one) => one === status).length;
  const assertionResults = statuses.map((status, index) => ({ status, fullName: `fact ${index}` }));
  writeFileSync(
    report,
    JSON.stringify({
      numPassedTests: count('passed'),
      numFailedTests: count('failed'),
      testResults: [{ name: join(root, 'a.test.ts'), status: 'passed', message: '', assertionResults }],
    }),
  );
  const args = ['tools/ci-verdict.ts', '--report', `${report}:0:npm test --`, ...more];
  const { exitCode, stdout } = await runCommand(join(root, 'node_modules/.bin/tsx'), args, { cwd: root });
  return { exitCode, lines: stdout.trimEnd().split('\n') };
}

test('the last line counts, and everything passed is a success', async () => {
  expect(await verdict(['passed', 'passed'])).toEqual({ exitCode: 0, lines: ['2 passed, 0 failed'] });
});

test('a skipped test fails the run and is named before the last line', async () => {
  expect(await verdict(['passed', 'skipped'])).toEqual({
    exitCode: 1,
    lines: ['SKIPPED a.test.ts › fact 1', '1 passed, 1 failed'],
  });
});

test('a failed step fails the run though every test passed', async () => {
  const { exitCode, lines } = await verdict(['passed'], '--failed', 'npm run check');
  expect(exitCode).toBe(1);
  expect(lines).toEqual(['FAILED  npm run check', '1 passed, 1 failed']);
});

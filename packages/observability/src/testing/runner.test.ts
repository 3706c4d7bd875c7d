import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const fixture = fileURLToPath(new URL('./runner.fixture.ts', import.meta.url));
const withoutSdk = fileURLToPath(new URL('../tracing/hide-sdk.fixture.mjs', import.meta.url));

function runNodeTests(...imports: string[]): Promise<string> {
  const flags = ['tsx', ...imports].flatMap((module) => ['--import', module]);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...flags, '--conditions=@autotrader/source', '--test-reporter=tap', fixture],
      // Without what would make it a part of these tests.
      { env: { PATH: process.env['PATH'] }, timeout: 15_000 },
      (_error, stdout) => resolve(stdout),
    );
  });
}

it('fails under node:test as any assertion does, with the difference', async () => {
  const report = await runNodeTests();
  expect(report).toContain('ok 1 - holds');
  expect(report).toContain('not ok 2 - line fails');
  expect(report).toMatch(/code: 'ERR_ASSERTION'/);
  expect(report).toContain('items: expected 4, was 3');
  expect(report).toMatch(/expected:\s+order_taken:\s+items: 4/);
  expect(report).toMatch(/actual:\s+order_taken:\s+items: 3/);
  expect(report).toContain('ok 3 - span');
});

it('records lines and metrics without the OpenTelemetry SDK, and says what spans need', async () => {
  const report = await runNodeTests(withoutSdk);
  expect(report).toContain('ok 1 - holds');
  expect(report).toContain('not ok 3 - span');
  expect(report).toContain('no spans are recorded: Cannot find module');
  expect(report).toContain('npm install --save-dev @opentelemetry/sdk-trace');
});

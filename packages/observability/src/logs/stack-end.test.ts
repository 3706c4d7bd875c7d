import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('recursion.fixture.ts', import.meta.url));

it('a caught recursion without end may be logged where it ends', async () => {
  const args = ['--import', 'tsx', '--conditions=@autotrader/source', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({ event: 'deep', error: { type: 'RangeError' } });
  expect(lines.find(({ event }) => event === 'caught')).toMatchObject({
    message: expect.stringMatching(/^RangeError/),
  });
});

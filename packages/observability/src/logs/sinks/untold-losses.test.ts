import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../../index.ts', import.meta.url));
const loader = createRequire(import.meta.url).resolve('tsx');

/** A program that configures nothing and logs a lot at once; `reads`: whether anybody does before it has ended. */
function runBurst(lines: number, reads: boolean): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const program = `import { getLogger } from ${JSON.stringify(entry)};
    const log = getLogger('burst');
    for (let index = 0; index < ${lines}; index += 1) log.info('line_written_' + index, { text: 'x'.repeat(16_000 + index), more: ['x'.repeat(16_000)] });`;
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '--eval', program], {
    env: { PATH: process.env['PATH'] },
    timeout: 30_000,
  });
  const output = { stdout: '', stderr: '' };
  child.stderr.on('data', (part) => {
    output.stderr += String(part);
  });
  const read = (): void => {
    child.stdout.on('data', (part) => {
      output.stdout += String(part);
    });
  };
  if (reads) read();
  else child.once('exit', read);
  return new Promise((done) => child.once('close', () => done(output)));
}

it('what nobody has read when the process ends is told on stderr, as a number', async () => {
  const { stdout, stderr } = await runBurst(400, false);
  const arrived = stdout.split('\n').filter((line) => line.endsWith('}')).length;
  expect(JSON.parse(stderr)).toMatchObject({ level: 'WARNING', event: 'log_lines_lost', lines_lost: 400 - arrived });
  expect(arrived).toBeLessThan(400);
});

it('nothing is told when nothing was lost', async () => {
  const { stdout, stderr } = await runBurst(100, true);
  expect(stdout.split('\n').filter((line) => line.endsWith('}'))).toHaveLength(100);
  expect(stderr).toBe('');
});

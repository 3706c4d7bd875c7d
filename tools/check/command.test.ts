import { expect, test } from 'vitest';
import { runCommand } from './command.ts';

const node = (script: string, input?: string) =>
  runCommand(process.execPath, ['-e', script], { cwd: '.', ...(input === undefined ? {} : { input }) });

test('keeps both streams, and standard output by itself', async () => {
  const result = await node("process.stdout.write('out'); process.stderr.write('err');");
  expect(result).toMatchObject({ exitCode: 0, stdout: 'out' });
  expect([...result.output].sort().join('')).toBe([...'outerr'].sort().join(''));
});

test('hands input to the program', async () => {
  expect((await node('process.stdin.pipe(process.stdout)', 'hello')).stdout).toBe('hello');
});

test('a program that fails keeps its exit code', async () => {
  expect(await node('process.exit(3)')).toMatchObject({ exitCode: 3 });
});

test('a program ended by a signal has failed and says so', async () => {
  const { exitCode, output } = await node("process.kill(process.pid, 'SIGKILL')");
  expect(exitCode).toBe(1);
  expect(output).toContain('ended by SIGKILL');
});

test('a program that does not exist is an error', async () => {
  await expect(runCommand('no-such-program', [], { cwd: '.' })).rejects.toThrow('no-such-program');
});

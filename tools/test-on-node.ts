import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Usage: npm run test:node -- VERSION [vitest arguments]. The npm package "node" brings the binary, so no
// version manager is needed; npm puts it first on PATH, for the processes the tests start as well.
const root = fileURLToPath(new URL('..', import.meta.url));
const [version = '', ...vitestArguments] = process.argv.slice(2);

function run(command: string, args: readonly string[]): { readonly exitCode: number; readonly output: string } {
  const { status, stdout, error } = spawnSync(command, args, { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] });
  if (error !== undefined) throw error;
  return { exitCode: status ?? 1, output: stdout.toString('utf8') };
}

function runShown(command: string, args: readonly string[]): number {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
}

function testOnNode(): number {
  if (!/^\d+(\.\d+){0,2}$/.test(version)) {
    console.error('Say which version of Node: npm run test:node -- 22');
    return 2;
  }
  const onNode = ['exec', '--yes', `--package=node@${version}`, '--', 'node'];
  const found = run('npm', [...onNode, '--version']).output.trim();
  if (found !== `v${version}` && !found.startsWith(`v${version}.`)) {
    console.error(`Asked for Node ${version} and got ${found || 'none'}: is the npm registry reachable?`);
    return 1;
  }
  console.log(`Testing on Node ${found}`);
  const built = runShown('npm', ['run', '--silent', 'build']);
  return built === 0
    ? runShown('npm', [...onNode, 'node_modules/vitest/vitest.mjs', 'run', ...vitestArguments])
    : built;
}

process.exitCode = testOnNode();

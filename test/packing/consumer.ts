import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a command said and how it ended; a command that hangs is ended after two minutes. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project somewhere else, which has only what it installs. */
export interface Consumer {
  readonly folder: string;
  write(path: string, text: string): Promise<void>;
  install(...specifiers: string[]): Promise<void>;
  node(...args: string[]): Promise<Outcome>;
  tsc(...args: string[]): Promise<Outcome>;
  remove(): Promise<void>;
}

/** Nothing of the workspace's npm settings, and nothing of who runs the test. */
function environmentIn(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    npm_config_userconfig: join(folder, 'no-npmrc'),
    npm_config_globalconfig: join(folder, 'no-global-npmrc'),
    npm_config_cache: join(folder, 'npm-cache'),
    npm_config_update_notifier: 'false',
  };
}

export function run(command: string, args: readonly string[], folder: string): Promise<Outcome> {
  const options = { cwd: folder, env: environmentIn(folder), timeout: 120_000, maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

export async function createConsumer(registryUrl: string): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'packed-'));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write('package.json', '{ "name": "consumer", "version": "1.0.0", "private": true }\n');
  return {
    folder,
    write,
    async install(...specifiers) {
      const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
      const args = ['install', `--registry=${registryUrl}`, ...quietly, ...specifiers];
      const { exitCode, stderr } = await run('npm', args, folder);
      if (exitCode !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stderr}`);
    },
    node: (...args) => run(process.execPath, args, folder),
    tsc: (...args) => run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args], folder),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assertEqual } from './equal-output.ts';
import { compare, type Subject } from './interleaved.ts';
import type { Question } from './question.ts';

const cli = fileURLToPath(new URL('../../../../apps/cli/dist/main.js', import.meta.url));
// Resolved from here, where the package is installed.
const here = fileURLToPath(new URL('.', import.meta.url));

export const importTime: Question = {
  row: 12,
  name: 'import-time',
  asks: 'A process that has only just begun',
  does: 'a fresh process from start to end: one that imports the library and nothing else, one that imports an empty module',
  peers: [],
  async answer(effort) {
    assertEqual(
      start(['--input-type=module', '-e', checkScript]),
      'function function function',
      'what the import gives',
    );
    const done = await compare(
      [
        fresh('library', ['--input-type=module', '-e', "import '@autotrader/observability'"]),
        fresh('empty module', ['--input-type=module', '-e', "import './empty-module.js'"]),
        fresh('autotrader --help', [cli, '--help']),
        fresh('node -e 0', ['-e', '0']),
      ],
      // Every round is a process; nothing gets warm from one to the next but the file cache.
      { ...effort, rounds: effort.processes, warmUpMs: 0, roundMs: 0 },
    );
    const overMs = (more: string, less: string): number => done.difference(more, less) / 1e6;
    return {
      measurements: done.measurements,
      findings: [
        {
          what: 'import of the library, over an empty module',
          value: overMs('library', 'empty module'),
          unit: 'ms',
          target: { bound: 'at most', value: 15 },
        },
        {
          what: 'the same, quickest process of each',
          value: (done.measurement('library').quickestNs - done.measurement('empty module').quickestNs) / 1e6,
          unit: 'ms',
        },
        {
          what: '`autotrader --help`, over `node -e 0`',
          value: overMs('autotrader --help', 'node -e 0'),
          unit: 'ms',
          target: { bound: 'at most', value: 150 },
        },
      ],
      equal: 'the import gives working functions',
    };
  },
};

const checkScript = `
  const { counter, getLogger, traceOperation } = await import('@autotrader/observability');
  process.stdout.write([typeof counter, typeof getLogger('a').info, typeof traceOperation].join(' '));`;

function fresh(name: string, args: readonly string[]): Subject {
  return {
    name,
    unit: 'process',
    run(times) {
      for (let left = times; left > 0; left -= 1) start(args);
    },
  };
}

function start(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: here, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

import { join } from 'node:path';
import { runCommand } from './command.ts';
import type { Part } from './part.ts';

/** The parts that other people's programs judge; they name file, line and remedy in their own words. */
export function externalParts(root: string): Part[] {
  return [
    toolPart(root, {
      name: 'format and lint',
      binary: 'biome',
      args: ['ci', '--colors=off', '--max-diagnostics=200', '.'],
    }),
    toolPart(root, { name: 'types: packages', binary: 'tsc', args: ['-b', '--pretty', 'false'] }),
    toolPart(root, {
      name: 'types: tests and tools',
      binary: 'tsc',
      args: ['-p', 'tsconfig.check.json', '--pretty', 'false'],
    }),
  ];
}

interface Tool {
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
}

function toolPart(root: string, tool: Tool): Part {
  return {
    name: tool.name,
    run: async () => {
      const { exitCode, output } = await runCommand(join(root, 'node_modules/.bin', tool.binary), tool.args, {
        cwd: root,
      });
      return exitCode === 0 ? { kind: 'passed' } : { kind: 'report', text: output };
    },
  };
}

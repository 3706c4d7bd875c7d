import { posix } from 'node:path';
import type { Law, Problem, SourceFile } from '../workspace/model.ts';

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
const emptyWords = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'manager', 'base']);

/** A file is found by its name, or not at all. */
export const fileNames: Law = {
  name: 'file names',
  check: (workspace) => workspace.files.flatMap(judge),
};

function judge(file: SourceFile): Problem[] {
  const name = posix.basename(file.path).replace(/\.[cm]?tsx?$/, '');
  const at = (what: string, remedy: string): Problem[] => [{ file: file.path, line: 1, what, remedy }];
  if (!kebabCase.test(name)) return at(`"${name}" is not kebab-case`, 'write it in lower case with hyphens');
  const nouns = file.path.split(/[/.]/).map((part) => part.split('-').at(-1) ?? part);
  const empty = nouns.find((noun) => emptyWords.has(noun));
  return empty === undefined ? [] : at(`"${empty}" in the path says nothing`, 'name the thing the file holds');
}

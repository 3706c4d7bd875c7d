import type { Law, Problem, SourceFile } from '../workspace/model.ts';

const fileLines = { production: 400, testing: 400, tool: 400, test: 800 } as const;
const functionLines = 70;
const functionParameters = 3;

/**
 * What does not fit on a few screens is not understood as one thing. A factory's closures are measured one by one, as
 * a class's methods would be. Tests and what serves them are exempt from the limits on functions.
 */
export const sizes: Law = {
  name: 'sizes',
  check: (workspace) => workspace.files.flatMap((file) => [...judgeFile(file), ...judgeFunctions(file)]),
};

function judgeFile(file: SourceFile): Problem[] {
  const limit = fileLines[file.role];
  if (file.lineCount <= limit) return [];
  const what = `${file.lineCount} lines (limit ${limit})`;
  return [{ file: file.path, line: limit + 1, what, remedy: 'split it along its ideas, one per file' }];
}

/** A nameless function is an argument: whoever calls it decides on its parameters. */
function judgeFunctions(file: SourceFile): Problem[] {
  if (file.role === 'test' || file.role === 'testing') return [];
  return file.functions.flatMap(({ name, line, ownLines, parameters }) => {
    const long: Problem = {
      file: file.path,
      line,
      what: `${name ?? 'a function'} has ${ownLines} lines of its own (limit ${functionLines})`,
      remedy: 'give its steps names and make them functions',
    };
    const wide: Problem = {
      file: file.path,
      line,
      what: `${name} takes ${parameters} parameters (limit ${functionParameters})`,
      remedy: 'take an options object',
    };
    return [
      ...(ownLines > functionLines ? [long] : []),
      ...(parameters > functionParameters && name !== undefined ? [wide] : []),
    ];
  });
}

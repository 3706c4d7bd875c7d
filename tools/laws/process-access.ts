import type { Law, Problem, SourceFile } from '../workspace/model.ts';

/** Folders whose job is to load configuration, and the file a process starts in, which hands the environment on. */
const readsEnvironment = /^(packages|apps)\/[^/]+\/src\/(config|settings)\/|^apps\/[^/]+\/src\/main\.ts$/;
const mayExit = /^apps\/[^/]+\/src\/main\.ts$/;

/**
 * A value read from the environment in the middle of the code is a setting nobody can find, and an exit there
 * takes the telemetry still in memory with it. Tests and tools are processes of their own.
 */
export const processAccess: Law = {
  name: 'process.env and process.exit',
  check: (workspace) => workspace.files.filter((file) => file.role === 'production').flatMap(judge),
};

function judge(file: SourceFile): Problem[] {
  const at = (line: number, what: string, remedy: string): Problem => ({ file: file.path, line, what, remedy });
  const reads = readsEnvironment.test(file.path)
    ? []
    : file.environmentReads.map((line) =>
        at(
          line,
          'process.env is read outside configuration loading',
          'take the value as a parameter; read it in src/config/',
        ),
      );
  const exits = mayExit.test(file.path)
    ? []
    : file.processExits.map((line) =>
        at(
          line,
          'process.exit outside a process entry file',
          'return an exit code or throw; apps/cli/src/main.ts exits',
        ),
      );
  return [...reads, ...exits];
}

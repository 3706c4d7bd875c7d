import { generators } from '../generate/all-generators.ts';
import { compareWithDisk, toProblem } from '../generate/drift.ts';
import { type Part, toOutcome } from './part.ts';

/** The law on generated files, one part per generator, so that one that cannot run does not hide the others. */
export function generatedParts(root: string): Part[] {
  return generators.map((generator) => ({
    name: `law: generated files are up to date (${generator.name})`,
    run: async () => toOutcome((await compareWithDisk(root, generator)).drifted.map(toProblem)),
  }));
}

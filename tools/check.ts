import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { externalParts } from './check/external.ts';
import { generatedParts } from './check/generated.ts';
import { formatResult, type Part, runPart, toOutcome } from './check/part.ts';
import { laws } from './laws/all-laws.ts';
import { dependencyDocument, dependencyLines } from './laws/dependency-lines.ts';
import { readWorkspace } from './workspace/read-workspace.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function lawParts(): Part[] {
  const workspace = readWorkspace(root);
  const document = join(root, dependencyDocument);
  return [
    ...laws.map((law): Part => ({ name: `law: ${law.name}`, run: async () => toOutcome(law.check(workspace)) })),
    {
      name: 'law: every dependency is explained',
      run: async () =>
        toOutcome(dependencyLines(workspace, existsSync(document) ? readFileSync(document, 'utf8') : '')),
    },
  ];
}

const parts: Part[] = [...externalParts(root), ...lawParts(), ...generatedParts(root)];

let failed = 0;
for (const part of parts) {
  const result = await runPart(part, Date.now);
  if (result.outcome.kind !== 'passed') failed += 1;
  console.log(formatResult(result));
}
console.log(failed === 0 ? `All ${parts.length} parts pass.` : `${failed} of ${parts.length} parts fail.`);
process.exitCode = failed === 0 ? 0 : 1;

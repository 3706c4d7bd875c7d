import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generators } from './generate/all-generators.ts';
import { driftOf } from './generate/drift.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const generator of generators) {
  const drifted = await driftOf(root, generator);
  const produced = await generator.produce(root);
  for (const { path, kind } of drifted) {
    const file = join(root, path);
    const text = produced.get(path);
    if (text === undefined) rmSync(file);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    console.log(`${generator.name}: ${path} ${kind === 'stale' ? 'removed' : 'written'}`);
  }
  if (drifted.length === 0) console.log(`${generator.name}: up to date`);
}

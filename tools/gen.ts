import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generators } from './generate/all-generators.ts';
import { compareWithDisk } from './generate/drift.ts';
import type { Generator } from './generate/generator.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

async function regenerate(generator: Generator): Promise<void> {
  const { produced, drifted } = await compareWithDisk(root, generator);
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

for (const generator of generators) {
  await regenerate(generator).catch((error: unknown) => {
    console.error(`${generator.name}: nothing written, because it failed:`, error);
    process.exitCode = 1;
  });
}

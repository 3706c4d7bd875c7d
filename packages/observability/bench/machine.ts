import { existsSync, readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the numbers were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
}

export function readMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() || 'unknown CPU',
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
  };
}

// Above this share of its cores in use, a machine has so much else to do that even ratios wobble.
const quietShare = 0.35;

/** A sentence about a machine that is busy with something else; undefined when it is quiet. */
export function describeLoad(): string | undefined {
  const [lastMinute = 0] = loadavg();
  const cores = cpus().length;
  if (lastMinute <= cores * quietShare) return undefined;
  return `The machine is busy (load ${lastMinute.toFixed(1)} on ${cores} cores): times are too long, and ratios wobble.`;
}

/** The installed version of a package. */
export function readVersion(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.resolve(name)));
  while (!existsSync(join(folder, 'package.json')) || readManifest(folder).name !== name) {
    const parent = dirname(folder);
    if (parent === folder) return 'unknown';
    folder = parent;
  }
  return readManifest(folder).version ?? 'unknown';
}

function readManifest(folder: string): { readonly name?: string; readonly version?: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; version?: string };
}

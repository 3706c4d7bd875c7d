import { posix } from 'node:path';
import type { FileRole, SourceFile, Workspace, WorkspacePackage } from './model.ts';
import { parseModule } from './parse-module.ts';

interface Manifest {
  readonly name?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The condition under which our packages export their sources. */
const sourceCondition = '@autotrader/source';
const manifestName = 'package.json';
const modulePattern = /\.([cm]?tsx?|mjs)$/;
/** The folders of workspaces: packages and what measures them, apps, examples. */
const workspaceManifest = /^((packages|apps|examples)\/[^/]+|packages\/[^/]+\/bench)\/package\.json$/;
const declarationPattern = /\.d\.[cm]?ts$/;

/** Makes the model from paths and texts alone, so that a test can hand in a workspace of three lines. */
export function buildWorkspace(texts: ReadonlyMap<string, string>): Workspace {
  const root = parseManifest(texts, manifestName);
  const packages = [...texts.keys()]
    .filter((path) => workspaceManifest.test(path))
    .map((path) => posix.dirname(path))
    .sort()
    .map((dir) => toPackage(dir, parseManifest(texts, posix.join(dir, manifestName))));
  const files = [...texts]
    .filter(([path]) => modulePattern.test(path) && !declarationPattern.test(path))
    .map(([path, text]) => toFile(path, text, packages));
  return { rootDependencies: Object.keys(root.devDependencies ?? {}), packages, files };
}

function parseManifest(texts: ReadonlyMap<string, string>, path: string): Manifest {
  const text = texts.get(path);
  return text === undefined ? {} : (JSON.parse(text) as Manifest);
}

function toPackage(dir: string, manifest: Manifest): WorkspacePackage {
  const bin = typeof manifest.bin === 'string' ? { bin: manifest.bin } : manifest.bin;
  return {
    name: manifest.name ?? dir,
    dir,
    dependencies: Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
    peerDependencies: Object.keys(manifest.peerDependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    entryPoints: toEntryPoints(dir, manifest.exports ?? {}),
    binaries: Object.values(bin ?? {}).map((built) =>
      posix.join(dir, built.replace(/^(\.\/)?dist\//, 'src/').replace(/\.js$/, '.ts')),
    ),
  };
}

function toEntryPoints(dir: string, exports: Readonly<Record<string, unknown>>): Map<string, string> {
  const entryPoints = new Map<string, string>();
  for (const [subpath, target] of Object.entries(exports)) {
    const source = (target as Readonly<Record<string, unknown>>)[sourceCondition];
    if (typeof source === 'string') entryPoints.set(subpath, posix.join(dir, source));
  }
  return entryPoints;
}

function toFile(path: string, text: string, packages: readonly WorkspacePackage[]): SourceFile {
  // A bench lies inside its package and is a workspace of its own: the innermost folder owns the file.
  const owner = packages.findLast((candidate) => path.startsWith(`${candidate.dir}/`));
  const lineCount = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { path, role: roleOf(path), packageDir: owner?.dir ?? '', text, lineCount, ...parseModule(path, text) };
}

/** Tests, benches, the system tests, and what only they use: the finder of shared data and fixtures. */
const testPattern = /\.(test|test-d|fixtures?)\.(tsx?|mjs)$|^test\/|\/bench\/|(^|\/)shared-data\.ts$/;

function roleOf(path: string): FileRole {
  if (testPattern.test(path)) return 'test';
  if (path.includes('/testing/')) return 'testing';
  return /^(packages|apps)\//.test(path) ? 'production' : 'tool';
}

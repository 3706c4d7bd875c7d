/** Where a thing stands in the sources. `line` starts at 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
}

/** One finding: what is wrong, and what to do about it. */
export interface Problem extends Position {
  readonly what: string;
  readonly remedy: string;
}

export type ImportKind = 'value' | 'type' | 'dynamic';

export interface ImportUse {
  readonly specifier: string;
  readonly line: number;
  readonly kind: ImportKind;
}

export interface FunctionSize {
  /** Absent for a function written as an argument. */
  readonly name: string | undefined;
  readonly line: number;
  /** Without the lines of named functions inside it: those are measured by themselves. */
  readonly ownLines: number;
  readonly parameters: number;
}

/** What the laws need to know of a module; line numbers stand for the places. */
export interface ModuleFacts {
  readonly imports: readonly ImportUse[];
  readonly defaultExports: readonly number[];
  readonly starExports: readonly number[];
  /** Has exports, and every statement merely passes on what another file exports. */
  readonly onlyReExports: boolean;
  readonly environmentReads: readonly number[];
  readonly processExits: readonly number[];
  readonly functions: readonly FunctionSize[];
}

/**
 * `testing` is what a package offers to tests, through an entry point or within itself: it ships, so it may import
 * only what is declared, and it is no part of a running program. `test` also covers bench and the system tests;
 * `tool` is everything below tools/, deploy/ and examples/.
 */
export type FileRole = 'production' | 'testing' | 'test' | 'tool';

export interface SourceFile extends ModuleFacts {
  /** Relative to the workspace root, with forward slashes. */
  readonly path: string;
  readonly role: FileRole;
  /** The folder of the package it belongs to, or `''` for files of the workspace root. */
  readonly packageDir: string;
  readonly text: string;
  readonly lineCount: number;
}

export interface WorkspacePackage {
  readonly name: string;
  readonly dir: string;
  readonly dependencies: readonly string[];
  readonly peerDependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** Subpath of `exports` (`.`, `./testing`) → source file. */
  readonly entryPoints: ReadonlyMap<string, string>;
  /** Source files of what `bin` names: where a process starts. */
  readonly binaries: readonly string[];
}

export interface Workspace {
  /** devDependencies of the root package.json: what tools and system tests may use. */
  readonly rootDependencies: readonly string[];
  readonly packages: readonly WorkspacePackage[];
  readonly files: readonly SourceFile[];
}

/** A law is a pure function: the same workspace gives the same problems. */
export interface Law {
  readonly name: string;
  readonly check: (workspace: Workspace) => readonly Problem[];
}

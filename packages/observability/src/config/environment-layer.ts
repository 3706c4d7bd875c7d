import type { ConfigProblem } from './config-error.ts';
import { type ConfigTree, isTree, leavesOf, toKey, withValue } from './layers.ts';
import { type Environment, readScalar } from './substitution.ts';

/** Something in the environment that has no effect, or not the one it was meant to have. */
export interface ConfigWarning {
  /** `environment NAME`. */
  readonly where: string;
  readonly message: string;
}

/** What a variable's text is read with. */
export interface VariableReading {
  /** The one of `names` that is being read. */
  readonly name: string;
  readonly env: Environment;
  /** The variable is left out and the reason told, once everything else is right. */
  warn(message: string): void;
  /** The variable cannot be meant so: a problem of the configuration. `message` says what was expected and what came. */
  refuse(message: string): void;
}

/**
 * The names tried in turn, and how their text becomes a value when that is not YAML's way. `undefined` says nothing about
 * the key: the next name is tried.
 */
export type ConfigVariable =
  | readonly string[]
  | {
      readonly names: readonly string[];
      readonly read: (text: string, reading: VariableReading) => unknown;
      /** The names of a section given so are added to those of the file instead of replacing all of them. */
      readonly adds?: true;
    };

/** Dotted key to the variables that set it. */
export type ConfigVariables = Readonly<Record<string, ConfigVariable>>;

/** The lower layers with the environment laid over them. */
export interface EnvironmentLayer {
  readonly tree: unknown;
  /** Where the values came from, by dotted key. */
  readonly origins: Map<string, string>;
  /** Values as they were written. */
  readonly texts: Map<string, string>;
  readonly warnings: readonly ConfigWarning[];
  readonly problems: readonly ConfigProblem[];
}

/** Lays environment variables over `below`. An empty variable counts as not set. */
export function layEnvironment(below: unknown, variables: ConfigVariables, env: Environment): EnvironmentLayer {
  const origins = new Map<string, string>();
  const texts = new Map<string, string>();
  const warnings: ConfigWarning[] = [];
  const problems: ConfigProblem[] = [];
  let tree = below;
  for (const [key, variable] of Object.entries(variables)) {
    const found = readVariable(variable, env, (name) => ({
      name,
      env,
      warn: (message) => warnings.push({ where: `environment ${name}`, message }),
      refuse: (message) => problems.push({ code: 'OBS_CONFIG_INVALID', where: `environment ${name}`, key, message }),
    }));
    if (found === undefined) continue;
    const path = key.split('.');
    const adds = 'adds' in variable && isTree(found.value);
    for (const part of adds ? leavesOf(found.value, path) : [{ path, value: found.value }]) {
      tree = withValue(tree, part.path, part.value);
      origins.set(toKey(part.path), `environment ${found.name}`);
      texts.set(toKey(part.path), adds ? String(part.value) : found.text);
    }
  }
  return { tree, origins, texts, warnings, problems };
}

interface FoundVariable {
  readonly name: string;
  readonly text: string;
  readonly value: unknown;
}

function readVariable(
  variable: ConfigVariable,
  env: Environment,
  toReading: (name: string) => VariableReading,
): FoundVariable | undefined {
  const { names, read } = 'names' in variable ? variable : { names: variable, read: readScalar };
  for (const name of names) {
    const text = env[name];
    if (text === undefined || text.trim() === '') continue;
    const value = read(text, toReading(name));
    if (value !== undefined) return { name, text, value };
  }
  return undefined;
}

/** `name=value,other=value` with percent-encoded values, as W3C baggage writes lists; undefined when it is none. */
export function readPairs(text: string): ConfigTree | undefined {
  const pairs: ConfigTree = Object.create(null);
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const separator = part.indexOf('=');
    const name = decode(part.slice(0, Math.max(0, separator)));
    if (name === '') return undefined;
    pairs[name] = decode(part.slice(separator + 1));
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return text.trim();
  }
}

import type { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import {
  type ConfigVariables,
  type ConfigWarning,
  type EnvironmentLayer,
  layEnvironment,
} from './environment-layer.ts';
import { type ExplainedIssue, explainIssue, valueAt } from './issue-message.ts';
import { isTree, leavesOf, toKey, withValue } from './layers.ts';
import type { Environment } from './substitution.ts';
import type { KeyPath, YamlDocument } from './yaml-document.ts';

/** What to load and what wins over it. The order is overrides, environment variables, file, the schema's defaults. */
export interface LoadConfigOptions<S extends z.ZodType> {
  /** Path of a YAML file; without one only the other layers count. */
  readonly file?: string | undefined;
  /** A strict object schema; its defaults are the lowest layer. */
  readonly schema: S;
  /** @default process.env */
  readonly env?: Environment;
  /** The one top-level key of the file under which the section stands. */
  readonly rootKey?: string;
  /** Environment variables that set keys directly, by dotted key. */
  readonly variables?: ConfigVariables;
  /** From the command line: nested, only the keys given. Undefined values do not count. */
  readonly overrides?: object | undefined;
}

/** A configuration and where each of its values came from. */
export interface LoadedConfig<T> {
  readonly config: T;
  /** Dotted key to `command line`, `environment NAME`, `file:line:column` or `default`. */
  readonly origins: ReadonlyMap<string, string>;
  /** Environment variables that were left out, and why. */
  readonly warnings: readonly ConfigWarning[];
}

/** Lays the layers over each other and checks what comes out. */
export async function readLayers<S extends z.ZodType>(
  options: LoadConfigOptions<S>,
): Promise<LoadedConfig<z.output<S>>> {
  const env = options.env ?? process.env;
  const { file } = options;
  const document = file === undefined ? undefined : await readDocument(file, env);
  if (document !== undefined && document.problems.length > 0) throw new ConfigError(document.problems);

  const prefix: KeyPath = options.rootKey === undefined ? [] : [options.rootKey];
  const rootProblems = document === undefined ? [] : checkRoot(document, options.rootKey);
  const layers = collectLayers(options, env, isTree(document?.value) ? valueAt(document.value, prefix) : undefined);
  const whereIs = (path: KeyPath, ofKey: boolean): string =>
    originAbove(path, layers.origins) ?? document?.whereIs([...prefix, ...path], ofKey) ?? 'default';

  const texts = (path: KeyPath): string | undefined =>
    layers.texts.get(toKey(path)) ?? document?.textAt([...prefix, ...path]);
  const { result, input } = parseTexts(options.schema, layers.tree, texts);
  const ofVariables = layers.problems.map((found) => ({ ...found, key: toKey([...prefix, found.key]) }));
  const problems: ConfigProblem[] = [...rootProblems, ...ofVariables];
  if (!result.success) {
    const explained = result.error.issues.flatMap((issue) => explainIssue(issue, input, options.schema));
    problems.push(...explained.map((issue) => toProblem(issue, { whereIs, prefix })));
  }
  if (problems.length > 0 || !result.success) throw new ConfigError(eachOnce(problems).toSorted(inOrderOfPlace));

  const origins = new Map<string, string>();
  for (const { path } of leavesOf(result.data)) {
    const given = valueAt(input, path) !== undefined;
    origins.set(toKey(path), given ? whereIs(path, false) : 'default');
  }
  return { config: result.data, origins, warnings: layers.warnings };
}

/** One variable may set several keys; it is wrong once all the same. A place in a file is one of one key. */
function eachOnce(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const first = new Map<string, ConfigProblem>();
  for (const problem of problems) {
    const { where, key, message } = problem;
    const place = where.startsWith('environment ') ? `${where} ${message}` : `${where} ${key} ${message}`;
    if (!first.has(place)) first.set(place, problem);
  }
  return [...first.values()];
}

/** As they are met when the file is corrected from top to bottom; line 10 comes after line 9. */
function inOrderOfPlace(one: ConfigProblem, other: ConfigProblem): number {
  return one.where.localeCompare(other.where, 'en', { numeric: true });
}

async function readDocument(file: string, env: Environment): Promise<YamlDocument> {
  const text = await readConfigFile(file);
  // The parser is loaded only when there is something to parse: it costs more than the rest of the library together.
  const { parseYaml } = await import('./yaml-document.ts');
  return parseYaml(text, file, env);
}

function checkRoot(document: YamlDocument, rootKey: string | undefined): ConfigProblem[] {
  const { value } = document;
  if (value === undefined) return [];
  if (!isTree(value)) return [invalid(document.whereIs([]), '', 'expected keys with values, came something else')];
  if (rootKey === undefined) return [];
  const strange = Object.keys(value).filter((key) => key !== rootKey);
  return strange.map((key) =>
    invalid(document.whereIs([key], true), key, `expected only "${rootKey}" at the top of the file, came another key`),
  );
}

function collectLayers(options: LoadConfigOptions<z.ZodType>, env: Environment, section: unknown): EnvironmentLayer {
  const layers = layEnvironment(section ?? {}, options.variables ?? {}, env);
  const { origins, texts } = layers;
  let { tree } = layers;
  for (const { path, value } of leavesOf(options.overrides)) {
    if (value === undefined) continue;
    tree = withValue(tree, path, value);
    origins.set(toKey(path), 'command line');
    texts.delete(toKey(path));
  }
  return { ...layers, tree };
}

/** A layer may have set a whole section: then its keys come from there as well. */
function originAbove(path: KeyPath, origins: ReadonlyMap<string, string>): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = origins.get(toKey(path.slice(0, length)));
    if (origin !== undefined) return origin;
  }
  return undefined;
}

type ParseResult<S extends z.ZodType> = { result: z.ZodSafeParseResult<z.output<S>>; input: unknown };

/** Text from the environment looks like a number even where text is wanted (a version `1.0`): then it stays text. */
function parseTexts<S extends z.ZodType>(
  schema: S,
  tree: unknown,
  textAt: (path: KeyPath) => string | undefined,
): ParseResult<S> {
  const result = schema.safeParse(tree);
  if (result.success) return { result, input: tree };
  let input = tree;
  for (const issue of result.error.issues) {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    const text = textAt(path);
    if (issue.code === 'invalid_type' && issue.expected === 'string' && text !== undefined) {
      input = withValue(input, path, text);
    }
  }
  return input === tree ? { result, input } : { result: schema.safeParse(input), input };
}

function toProblem(
  issue: ExplainedIssue,
  place: { whereIs: (path: KeyPath, ofKey: boolean) => string; prefix: KeyPath },
): ConfigProblem {
  return invalid(place.whereIs(issue.path, issue.ofKey), toKey([...place.prefix, ...issue.path]), issue.message);
}

function invalid(where: string, key: string, message: string): ConfigProblem {
  return { code: 'OBS_CONFIG_INVALID', where, key, message };
}

import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { ConfigErrorCode, ConfigProblem } from './config-error.ts';
import { type Environment, readScalar, substitute } from './substitution.ts';

/** Steps from the root of a document to a value. */
export type KeyPath = readonly (string | number)[];

/** A parsed file with the environment already put in. */
export interface YamlDocument {
  readonly problems: readonly ConfigProblem[];
  /** Plain data; undefined when the file is empty or has problems of syntax. */
  readonly value: unknown;
  /** `file:line:column` of the value (or, with `ofKey`, of the key) at `path`, or of its nearest existing parent. */
  whereIs(path: KeyPath, ofKey?: boolean): string;
  /** The text a value had before YAML gave it a type, for values that came from the environment. */
  textAt(path: KeyPath): string | undefined;
}

// A configuration has no use for more, and a few nested aliases can stand for gigabytes.
const mostAliases = 50;
const mostLevels = 64;
const deepMessage = `expected at most ${mostLevels} levels, came more`;

/** Parses YAML text; `file` only names it in messages. Never throws. */
export function parseYaml(text: string, file: string, env: Environment): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, version: '1.2' });
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const problems = firstPerLine([...document.errors, ...document.warnings], lines).map(
    ({ pos, message, code }): ConfigProblem => ({
      code: 'OBS_CONFIG_SYNTAX',
      where: placeOf(pos[0]),
      key: '',
      message: explainSyntax(code, message) + flowHint(text, lines.linePos(pos[0]).line),
    }),
  );
  const contents = document.contents as Node | null;
  const replacedTexts = new WeakMap<Node, string>();

  let tooDeep = false;
  const at = (node: Node): string => placeOf(node.range?.[0] ?? 0);
  visit(document, {
    Scalar(_key, node) {
      if (_key === 'key' || typeof node.source !== 'string' || typeof node.value !== 'string') return;
      const result = substitute(node.value, env);
      if (result.kind === 'failed') {
        problems.push(problem('OBS_CONFIG_VARIABLE', at(node), result.message));
      } else if (result.kind === 'replaced') {
        replacedTexts.set(node, result.text);
        node.value = node.type === 'PLAIN' ? readScalar(result.text) : result.text;
      } else {
        node.value = result.text;
      }
    },
    Alias(_key, node, path) {
      const target = node.resolve(document);
      // Plain data cannot contain itself, and whoever walks it would not come back.
      if (target !== undefined && !path.includes(target)) return;
      const came = target === undefined ? 'an alias of none' : 'one inside the value it stands for';
      problems.push(problem('OBS_CONFIG_SYNTAX', at(node), `expected an alias of an anchor above, came ${came}`));
    },
    Pair(_key, { key }) {
      if (isScalar(key) || isAlias(key) || key === null) return;
      const place = at(key as Node);
      problems.push(problem('OBS_CONFIG_SYNTAX', place, 'expected a key that is text, came a list or section'));
    },
    Collection(_key, node, path) {
      if (path.filter(isCollection).length < mostLevels) return;
      if (!tooDeep) problems.push(problem('OBS_CONFIG_SYNTAX', at(node), deepMessage));
      tooDeep = true;
      return visit.SKIP;
    },
  });

  const find = (path: KeyPath, ofKey: boolean): { node: Node | null; reached: Node | null } =>
    findNode(contents, path, { ofKey, resolve: (node) => (isAlias(node) ? (node.resolve(document) ?? null) : node) });

  let value: unknown;
  if (problems.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: mostAliases }) ?? undefined;
    } catch {
      problems.push(problem('OBS_CONFIG_SYNTAX', `${file}:1:1`, `expected at most ${mostAliases} aliases, came more`));
    }
  }
  return {
    problems,
    value,
    whereIs(path, ofKey = false) {
      const { node, reached } = find(path, ofKey);
      return placeOf((node ?? reached)?.range?.[0] ?? 0);
    },
    textAt(path) {
      const { node } = find(path, false);
      return node === null ? undefined : replacedTexts.get(node);
    },
  };
}

function findNode(
  root: Node | null,
  path: KeyPath,
  options: { readonly ofKey: boolean; readonly resolve: (node: Node) => Node | null },
): { node: Node | null; reached: Node | null } {
  let reached = root;
  for (const [index, step] of path.entries()) {
    const current = reached === null ? null : options.resolve(reached);
    let next: unknown;
    if (isMap(current)) {
      const pair = current.items.find(({ key }) => (isScalar(key) ? String(key.value) : '') === String(step));
      next = options.ofKey && index === path.length - 1 ? pair?.key : (pair?.value ?? pair?.key);
    } else if (isSeq(current)) {
      next = current.items[Number(step)];
    }
    if (next === undefined || next === null) return { node: null, reached };
    reached = next as Node;
  }
  return { node: reached, reached };
}

/** What follows the first mistake of a line is mostly its echo. */
function firstPerLine<T extends { readonly pos: readonly [number, number] }>(
  found: readonly T[],
  lines: LineCounter,
): T[] {
  const seen = new Set<number>();
  return found.filter(({ pos }) => {
    const { line } = lines.linePos(pos[0]);
    const isFirst = !seen.has(line);
    seen.add(line);
    return isFirst;
  });
}

function explainSyntax(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'expected spaces at the start of the line, came a tab';
    case 'DUPLICATE_KEY':
      return 'expected each key once, came the same key again';
    case 'MULTIPLE_DOCS':
      return 'expected one document, came another after "---"';
    case 'TAG_RESOLVE_FAILED':
      return 'expected plain YAML without custom tags (put text that starts with ! in quotes)';
    default:
      // The parser itself goes down one call per level.
      if (message.includes('call stack')) return deepMessage;
      // What follows a colon is a piece of the file, and may be a piece of a secret.
      return `expected valid YAML: ${message.replace(/\s+/g, ' ').replace(/: .*/, '')}`;
  }
}

/** YAML itself gives braces a meaning inside `{ }` and `[ ]`, which nobody who writes `${NAME}` there thinks of. */
function flowHint(text: string, line: number): string {
  const source = text.split('\n')[line - 1] ?? '';
  return /[{[,][^"'#]*\$\{/.test(source.replace(/^[^:]*:/, '')) ? ` (put \${…} in quotes inside { } and [ ])` : '';
}

function problem(code: ConfigErrorCode, where: string, message: string): ConfigProblem {
  return { code, where, key: '', message };
}

import { parse } from '@babel/parser';
import type { FunctionSize, ImportKind, ImportUse, ModuleFacts } from './model.ts';

/** The parts of a syntax tree node that this file looks at; everything else is reached through `children`. */
interface AstNode {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number }; readonly end: { readonly line: number } } | null;
  readonly [key: string]: unknown;
}

interface Collected {
  readonly imports: ImportUse[];
  readonly defaultExports: number[];
  readonly starExports: number[];
  readonly environmentReads: number[];
  readonly processExits: number[];
  readonly functions: FunctionSize[];
}

/** Reads the facts of one TypeScript module. Throws a SyntaxError that names the file when it does not parse. */
export function parseModule(path: string, text: string): ModuleFacts {
  const program = parseProgram(path, text);
  const collected: Collected = {
    imports: [],
    defaultExports: [],
    starExports: [],
    environmentReads: [],
    processExits: [],
    functions: [],
  };
  visit(program, undefined, collected);
  return { ...collected, onlyReExports: isOnlyReExports(program) };
}

function parseProgram(path: string, text: string): AstNode {
  const plugins: ('typescript' | 'jsx')[] = path.endsWith('x') ? ['typescript', 'jsx'] : ['typescript'];
  try {
    const { program } = parse(text, { sourceType: 'module', plugins, attachComment: false });
    return program as unknown as AstNode;
  } catch (cause) {
    throw new SyntaxError(`${path} does not parse: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

function visit(node: AstNode, parent: AstNode | undefined, into: Collected): void {
  collectImport(node, into);
  collectExport(node, into);
  collectProcessUse(node, into);
  collectFunction(node, parent, into);
  for (const child of children(node)) visit(child, node, into);
}

function children(node: AstNode): AstNode[] {
  return Object.entries(node).flatMap(([key, value]) => (key === 'loc' ? [] : [value].flat().filter(isNode)));
}

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function asNode(value: unknown): AstNode | undefined {
  return isNode(value) ? value : undefined;
}

function lineOf(node: AstNode): number {
  return node.loc?.start.line ?? 1;
}

function textOf(value: unknown): string | undefined {
  const node = asNode(value);
  if (node === undefined) return undefined;
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type === 'TSLiteralType') return textOf(node['literal']);
  return node.type === 'StringLiteral' ? String(node['value']) : undefined;
}

function collectImport(node: AstNode, into: Collected): void {
  const use = importOf(node);
  const source = asNode(use?.source);
  const specifier = source?.type === 'Identifier' ? undefined : textOf(source);
  if (use !== undefined && specifier !== undefined)
    into.imports.push({ specifier, line: lineOf(node), kind: use.kind });
}

function importOf(node: AstNode): { source: unknown; kind: ImportKind } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return { source: node['source'], kind: isTypeOnly(node, 'importKind') ? 'type' : 'value' };
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return { source: node['source'], kind: isTypeOnly(node, 'exportKind') ? 'type' : 'value' };
    case 'TSImportType':
      return { source: node['argument'] ?? node['source'], kind: 'type' };
    case 'ImportExpression':
      return { source: node['source'], kind: 'dynamic' };
    case 'CallExpression':
      return asNode(node['callee'])?.type === 'Import'
        ? { source: [node['arguments']].flat()[0], kind: 'dynamic' }
        : undefined;
    default:
      return undefined;
  }
}

/** `import { type A, type B }` is as much a type import as `import type { A, B }`. */
function isTypeOnly(node: AstNode, key: 'importKind' | 'exportKind'): boolean {
  if (node[key] === 'type') return true;
  const specifiers = [node['specifiers']].flat().filter(isNode);
  return specifiers.length > 0 && specifiers.every((specifier) => specifier[key] === 'type');
}

function collectExport(node: AstNode, into: Collected): void {
  if (node.type === 'ExportDefaultDeclaration') into.defaultExports.push(lineOf(node));
  if (node.type === 'ExportAllDeclaration' || node.type === 'ExportNamespaceSpecifier')
    into.starExports.push(lineOf(node));
  if (node.type === 'ExportSpecifier' && textOf(node['exported']) === 'default') into.defaultExports.push(lineOf(node));
}

function collectProcessUse(node: AstNode, into: Collected): void {
  for (const name of processMembers(node)) {
    if (name === 'env') into.environmentReads.push(lineOf(node));
    if (name === 'exit' || name === 'reallyExit') into.processExits.push(lineOf(node));
  }
}

/** Members of `process` this node takes: by dot, by bracket, by destructuring or by importing them from node:process. */
function processMembers(node: AstNode): (string | undefined)[] {
  if (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression') {
    return isProcess(asNode(node['object'])) ? [textOf(node['property'])] : [];
  }
  if (node.type === 'VariableDeclarator' && isProcess(asNode(node['init']))) {
    const pattern = asNode(node['id']);
    return [pattern?.['properties']]
      .flat()
      .filter(isNode)
      .map((property) => textOf(property['key']));
  }
  if (node.type === 'ImportDeclaration' && /^(node:)?process$/.test(textOf(node['source']) ?? '')) {
    return [node['specifiers']]
      .flat()
      .filter(isNode)
      .map((specifier) => textOf(specifier['imported']));
  }
  return [];
}

function isProcess(node: AstNode | undefined): boolean {
  if (node?.type === 'MemberExpression') return textOf(node['property']) === 'process';
  return node?.type === 'Identifier' && node['name'] === 'process';
}

const functionTypes = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
]);

function collectFunction(node: AstNode, parent: AstNode | undefined, into: Collected): void {
  if (!functionTypes.has(node.type)) return;
  const parameters = [node['params']].flat().filter(isNode).length;
  const inner = children(node).reduce((total, child) => total + linesOfNamedFunctions(child, node), 0);
  into.functions.push({ name: nameOf(node, parent), line: lineOf(node), ownLines: lineSpan(node) - inner, parameters });
}

function nameOf(node: AstNode, parent: AstNode | undefined): string | undefined {
  return textOf(node['id']) ?? textOf(node['key']) ?? textOf(parent?.['id'] ?? parent?.['key']);
}

function lineSpan(node: AstNode): number {
  return (node.loc?.end.line ?? 1) - lineOf(node) + 1;
}

/** Of the outermost ones only: what is inside them belongs to them. A function on one line hides nothing. */
function linesOfNamedFunctions(node: AstNode, parent: AstNode): number {
  const isNamed = functionTypes.has(node.type) && nameOf(node, parent) !== undefined;
  if (isNamed) return lineSpan(node) > 1 ? lineSpan(node) : 0;
  return children(node).reduce((total, child) => total + linesOfNamedFunctions(child, node), 0);
}

function isOnlyReExports(program: AstNode): boolean {
  const statements = [program['body']].flat().filter(isNode);
  const passesOn = statements.filter(
    (node) =>
      node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node['declaration'] == null),
  );
  const rest = statements.filter((node) => node.type !== 'ImportDeclaration' && !passesOn.includes(node));
  return passesOn.length > 0 && rest.length === 0;
}

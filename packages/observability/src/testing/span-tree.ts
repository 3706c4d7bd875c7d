import type { RecordedSpan } from './recorded-spans.ts';
import { showValue } from './value-match.ts';

/** What a tree of spans shows besides their names. */
export interface SpanTreeOptions {
  /** Attributes to show, by name; true shows all. @default none */
  readonly attributes?: boolean | readonly string[];
}

/**
 * Spans below their parents, brothers in the order they began; one whose parent was not recorded stands at the margin.
 * Without ids and times, so that a test can compare it with a text.
 */
export function renderSpanTree(spans: readonly RecordedSpan[], { attributes = false }: SpanTreeOptions = {}): string {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const childrenOf = new Map<string | undefined, RecordedSpan[]>();
  for (const span of [...spans].sort((one, other) => one.startMs - other.startMs)) {
    const parent = span.parentSpanId !== undefined && known.has(span.parentSpanId) ? span.parentSpanId : undefined;
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), span]);
  }
  const render = (span: RecordedSpan, depth: number): string[] => [
    `${'  '.repeat(depth)}${describeSpan(span, attributes)}`,
    ...(childrenOf.get(span.spanId) ?? []).flatMap((child) => render(child, depth + 1)),
  ];
  return (childrenOf.get(undefined) ?? []).flatMap((root) => render(root, 0)).join('\n');
}

function describeSpan(span: RecordedSpan, attributes: boolean | readonly string[]): string {
  const message = span.statusMessage === undefined ? '' : ` (${span.statusMessage})`;
  const status = span.status === 'error' ? ` ERROR${message}` : '';
  const names = Object.keys(span.attributes)
    .filter((name) => (typeof attributes === 'boolean' ? attributes : attributes.includes(name)))
    .sort();
  const shown = names.map((name) => ` ${name}=${showValue(span.attributes[name])}`);
  return `${span.name}${status}${shown.join('')}`;
}

import type { CounterDeclaration, GaugeDeclaration, HistogramDeclaration } from './declaring/declarations.ts';
import type { Counter, Gauge, Histogram } from './instruments.ts';
import type { LabelSpecs, NoLabels } from './label-specs.ts';
import { createRegistry, type Registry } from './registry.ts';

// In the global symbol table, so that two copies of this library in one process share their metrics.
// The number is the shape of `Registry`: it grows when an older copy could no longer use a newer one's object.
const registryKey = Symbol.for('@autotrader/observability:registry:1');

let isUsed = false;
let waiting: (() => void)[] = [];

/** The registry of this process, shared by every copy of the library in it. */
export function defaultRegistry(): Registry {
  const holder = globalThis as { [registryKey]?: Registry };
  holder[registryKey] ??= createRegistry();
  if (!isUsed) declareWaiting();
  return holder[registryKey];
}

/** Runs `declare` before anybody gets hold of the default registry; at once when somebody has. */
export function whenUsed(declare: () => void): void {
  if (isUsed) declare();
  else waiting.push(declare);
}

function declareWaiting(): void {
  // First, because what is declared now asks for the registry.
  isUsed = true;
  const declarations = waiting;
  waiting = [];
  for (const declare of declarations) declare();
}

/**
 * Declares a counter in the default registry, or returns it when the same one was declared before. Recording
 * works at once, before any initialisation.
 * @throws MetricError naming the rule the declaration breaks (see `metricErrorCodes`)
 */
export function counter<const L extends LabelSpecs = NoLabels>(
  declaration: CounterDeclaration<L>,
): Counter<NoInfer<L>> {
  return defaultRegistry().counter(declaration);
}

/** Declares a gauge in the default registry; otherwise as {@link counter}. */
export function gauge<const L extends LabelSpecs = NoLabels>(declaration: GaugeDeclaration<L>): Gauge<NoInfer<L>> {
  return defaultRegistry().gauge(declaration);
}

/** Declares a histogram in the default registry; otherwise as {@link counter}. */
export function histogram<const L extends LabelSpecs = NoLabels>(
  declaration: HistogramDeclaration<L>,
): Histogram<NoInfer<L>> {
  return defaultRegistry().histogram(declaration);
}

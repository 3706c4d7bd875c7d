import type { CounterDeclaration, GaugeDeclaration, HistogramDeclaration } from './declaring/declarations.ts';
import { counter, gauge, histogram, whenUsed } from './default-registry.ts';
import type { BoundCounter, BoundGauge, BoundHistogram, Counter, Gauge, Histogram } from './instruments.ts';
import type { LabelSpecs, NoLabels, RawLabels } from './label-specs.ts';

// For the library's own metrics: their declarations, and the series they show from the start, were 4 of the 12 ms of an
// import. Who reads metrics, or declares one, sees no difference: ours are there before. What is forwarded here costs a
// call more than an instrument itself.

interface AnyCounter {
  inc(first?: unknown, amount?: number): void;
  with(labels: RawLabels): BoundCounter;
}

interface AnyGauge {
  set(first: unknown, value?: number): void;
  inc(first?: unknown, amount?: number): void;
  dec(first?: unknown, amount?: number): void;
  remove(labels?: RawLabels): void;
  with(labels: RawLabels): BoundGauge;
}

interface AnyHistogram {
  observe(first: unknown, value?: number): void;
  with(labels: RawLabels): BoundHistogram;
}

/** A counter of the default registry that is declared when somebody first uses it or the registry. */
export function deferredCounter<const L extends LabelSpecs = NoLabels>(
  declaration: CounterDeclaration<L>,
): Counter<NoInfer<L>> {
  const real = deferred(() => counter(declaration) as unknown as AnyCounter);
  const forwarding: AnyCounter & { readonly name: string } = {
    name: declaration.name,
    inc: (first, amount) => real().inc(first, amount),
    with(labels) {
      const bound = deferred(() => real().with(labels));
      return { inc: (amount) => bound().inc(amount) };
    },
  };
  return forwarding as unknown as Counter<NoInfer<L>>;
}

/** As {@link deferredCounter}. */
export function deferredGauge<const L extends LabelSpecs = NoLabels>(
  declaration: GaugeDeclaration<L>,
): Gauge<NoInfer<L>> {
  const real = deferred(() => gauge(declaration) as unknown as AnyGauge);
  const forwarding: AnyGauge & { readonly name: string } = {
    name: declaration.name,
    set: (first, value) => real().set(first, value),
    inc: (first, amount) => real().inc(first, amount),
    dec: (first, amount) => real().dec(first, amount),
    remove: (labels) => real().remove(labels),
    with: (labels) => real().with(labels),
  };
  return forwarding as unknown as Gauge<NoInfer<L>>;
}

/** As {@link deferredCounter}. */
export function deferredHistogram<const L extends LabelSpecs = NoLabels>(
  declaration: HistogramDeclaration<L>,
): Histogram<NoInfer<L>> {
  const real = deferred(() => histogram(declaration) as unknown as AnyHistogram);
  const forwarding: AnyHistogram & { readonly name: string } = {
    name: declaration.name,
    observe: (first, value) => real().observe(first, value),
    with: (labels) => real().with(labels),
  };
  return forwarding as unknown as Histogram<NoInfer<L>>;
}

/** Made once: by the first call, or when the registry is first used. */
function deferred<T>(make: () => T): () => T {
  let made: T | undefined;
  const get = (): T => {
    made ??= make();
    return made;
  };
  whenUsed(() => void get());
  return get;
}

import type { Collector } from './collectors.ts';
import { CounterFamily } from './counter.ts';
import { checkBuckets, parseDeclaration } from './declaring/declaration-checks.ts';
import type { DeclarationPlace } from './declaring/declaration-place.ts';
import {
  type CounterDeclaration,
  defaultBuckets,
  type GaugeDeclaration,
  type HistogramDeclaration,
} from './declaring/declarations.ts';
import type { EngineReport } from './engine-report.ts';
import type { Family } from './family.ts';
import type { FamilyContext } from './family-context.ts';
import type { Declared, FamilyStore } from './family-store.ts';
import { GaugeFamily } from './gauge.ts';
import { HistogramFamily } from './histogram.ts';
import type { LabelSpecs } from './label-specs.ts';
import { MetricError } from './metric-error.ts';
import type { MetricMeta } from './metric-meta.ts';
import { checkNative, type NativeOptions } from './native/native-options.ts';
import { createLostInstrument, createStandIn } from './stand-in.ts';

interface Plan {
  readonly meta: MetricMeta;
  /** What else the declaration says, for comparison with another one. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly make: () => Family;
  readonly collect?: Collector['collect'];
}

type Conflict = Extract<Declared, { readonly outcome: 'conflict' }>;

export interface MetricFactoryOptions {
  readonly families: FamilyStore;
  readonly report: EngineReport;
  /** Bucket bounds that win over the declared ones. */
  readonly bucketsOf: (name: string) => readonly number[] | undefined;
  /** Exponential buckets for what is not declared with them. */
  readonly nativeOf: (name: string) => NativeOptions | null;
  readonly onNew: (family: Family, collect?: Collector['collect']) => void;
}

/** From declarations to instruments: new ones, known ones, and stand-ins where two declarations contradict. */
export class MetricFactory {
  private readonly options: MetricFactoryOptions;

  constructor(options: MetricFactoryOptions) {
    this.options = options;
  }

  counter(declaration: CounterDeclaration<LabelSpecs>, place: DeclarationPlace): unknown {
    return this.declare(place, () => {
      const meta = parseDeclaration('counter', declaration);
      const exemplars = declaration.exemplars === true;
      return { meta, details: { exemplars }, make: () => new CounterFamily(meta, exemplars, this.context) };
    });
  }

  gauge(declaration: GaugeDeclaration<LabelSpecs>, place: DeclarationPlace): unknown {
    return this.declare(place, () => {
      const meta = parseDeclaration('gauge', declaration);
      const { collect } = declaration;
      return { meta, details: {}, make: () => new GaugeFamily(meta, this.context), ...(collect && { collect }) };
    });
  }

  histogram(declaration: HistogramDeclaration<LabelSpecs>, place: DeclarationPlace): unknown {
    return this.declare(place, () => {
      const meta = parseDeclaration('histogram', declaration);
      const declared = checkBuckets(meta.name, declaration.buckets ?? defaultBuckets);
      const exemplars = declaration.exemplars !== false;
      const buckets = this.options.bucketsOf(meta.name) ?? declared;
      const declaredNative = checkNative(meta.name, declaration.native);
      const native = declaredNative ?? this.options.nativeOf(meta.name);
      return {
        meta,
        details: { buckets: declared, exemplars, ...(declaredNative && { native: declaredNative }) },
        make: () => new HistogramFamily(meta, { buckets, exemplars, native }, this.context),
      };
    });
  }

  private get context(): FamilyContext {
    return this.options.report.context;
  }

  private declare(place: DeclarationPlace, parse: () => Plan): unknown {
    const { families, report } = this.options;
    let plan: Plan;
    try {
      plan = parse();
    } catch (error) {
      // While modules load a mistake is best told at once; a program that has started must not fail over its telemetry.
      if (!report.isHeard) throw error;
      const metric = error instanceof MetricError ? error.facts.metric : '';
      report.refused(metric, error);
      return createLostInstrument(metric, 'declaration_refused', this.context.onDrop);
    }
    const { meta, details, make, collect } = plan;
    const declared = families.declare(meta, { facts: { ...meta, ...details }, place }, make);
    if (declared.outcome === 'conflict') return this.standInFor(meta, declared, place);
    if (declared.outcome === 'new') this.options.onNew(declared.family, collect);
    return declared.family.instrument;
  }

  private standInFor(meta: MetricMeta, { first, differs }: Conflict, place: DeclarationPlace): unknown {
    const isShared = first.family.meta.name === meta.name && first.family.type === meta.type;
    this.options.report.conflict({
      metric: meta.name,
      first: first.family.meta.name,
      differs: differs.join(', '),
      isShared,
      places: { first: first.place, second: place },
    });
    return isShared
      ? createStandIn(first.family, meta)
      : createLostInstrument(meta.name, 'declaration_conflict', this.context.onDrop);
  }
}

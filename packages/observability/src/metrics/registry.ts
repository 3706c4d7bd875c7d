import type { AttachableRegistry, AttachOptions } from './attached/attachable-registry.ts';
import { AttachedRegistries } from './attached/attached-registries.ts';
import { type Collector, Collectors } from './collectors.ts';
import { checkBuckets } from './declaring/declaration-checks.ts';
import { captureDeclarationPlace } from './declaring/declaration-place.ts';
import type {
  CounterDeclaration,
  GaugeDeclaration,
  HistogramDeclaration,
  MetricDescription,
} from './declaring/declarations.ts';
import { describeFamily } from './description.ts';
import { EngineReport } from './engine-report.ts';
import type { ExpositionFormat, OutputFormat } from './exposition/formats.ts';
import { joinText, toText } from './exposition/output-text.ts';
import type { Family } from './family.ts';
import { FamilyStore } from './family-store.ts';
import type { Counter, Gauge, Histogram } from './instruments.ts';
import type { LabelSpecs, NoLabels } from './label-specs.ts';
import type { MetricDeclarer } from './metric-declarer.ts';
import { MetricFactory } from './metric-factory.ts';
import { defaultNativeOptions } from './native/native-options.ts';
import type { RegistryHooks } from './registry-hooks.ts';
import type { ReadableRegistry, RegistryReading } from './registry-reading.ts';
import { type Sample, sumOf, toSamples } from './samples.ts';
import { ExpirySchedule } from './series/expiry-schedule.ts';

export interface RenderOptions<F extends OutputFormat = ExpositionFormat> {
  /** @default 'text' */
  readonly format?: F;
  /** Longest wait for all collectors together. @default the registry's `collectorTimeoutMs` */
  readonly collectorTimeoutMs?: number;
}

/** A set of metrics that are shown together. */
export interface Registry extends MetricDeclarer {
  /** Longest wait for all collectors of an output together, where the output names none. @default 1000 */
  collectorTimeoutMs: number;
  /** Runs `collector` before each output. @returns removes it again. @throws MetricError when its name is taken */
  addCollector(collector: Collector): () => void;
  /**
   * Shows a registry of prom-client beside this one, in every format, with the rules of that format. Names of this
   * registry win. Its metrics are read alone, under the deadline of the collectors: one that throws or hangs is left
   * out and counted in `metrics_collector_errors_total`. Not part of `samples`, `value` and `describe`.
   * @returns takes it off again
   */
  attach(registry: AttachableRegistry, options?: AttachOptions): () => void;
  /**
   * Other bucket bounds by metric name, for metrics declared already or later. One that has observations keeps
   * its bounds, with a warning. @throws MetricError OBS_METRIC_BUCKETS_INVALID, before anything is changed
   */
  overrideBuckets(overrides: Readonly<Record<string, readonly number[]>>): void;
  /**
   * Exponential (native) buckets beside the classic ones (see `native` of a declaration, which wins), for histograms
   * declared already or later. One that has observations goes on without, with a warning.
   */
  useNativeBuckets(names: readonly string[]): void;
  /**
   * Milliseconds after which untouched series expire (see `expireAfterMs` of a declaration) by metric name, for metrics
   * declared already or later. @throws MetricError OBS_METRIC_EXPIRY_INVALID, before anything is changed
   */
  overrideExpiry(expireAfterMs: Readonly<Record<string, number>>): void;
  /** Sets the given hooks, leaves the others. */
  connect(hooks: RegistryHooks): void;
  /** What is declared, in order of declaration. */
  describe(): readonly MetricDescription[];
  /**
   * The sum over the series that carry all the given labels; undefined when there is none. Takes names as in the
   * output (`x_seconds_sum`); a histogram's own name means its count.
   */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  /** Every sample as of now. Collectors are not run: see `collect`. */
  samples(): readonly Sample[];
  /** Runs the collectors. @returns the names of metrics whose collector failed or was too slow */
  collect(timeoutMs?: number): Promise<ReadonlySet<string>>;
  /**
   * Runs the collectors, then yields the output as UTF-8 in chunks of whole lines, or as protobuf, giving the event loop a turn every
   * few milliseconds. The next chunk is made when it is asked for.
   */
  renderBytes(options?: RenderOptions<OutputFormat>): AsyncGenerator<Uint8Array>;
  /** As `renderBytes`, in strings. */
  renderChunks(options?: RenderOptions): AsyncGenerator<string>;
  /** The whole output as one string. */
  render(options?: RenderOptions): Promise<string>;
  /** Takes a metric out of the registry. Handles to it keep working unseen. @returns whether it was there */
  remove(name: string): boolean;
  /** Back to no observations: counters and histograms to 0, gauges absent. For tests. */
  reset(): void;
}

// Scrapers give up sooner. A reader that takes longer, or went away without a word, does not hold up expiry.
const longestOutputMs = 60_000;

/** An empty registry, apart from the default one. */
export function createRegistry(hooks: RegistryHooks = {}): Registry {
  const registry = new MetricRegistry();
  registry.connect(hooks);
  return registry;
}

class MetricRegistry implements Registry, ReadableRegistry {
  collectorTimeoutMs = 1000;
  private readonly families = new FamilyStore();
  private readonly collectors = new Collectors();
  /** Ends the `collect` of a gauge, by its name. */
  private readonly gaugeCollectors = new Map<string, () => void>();
  private readonly bucketOverrides = new Map<string, readonly number[]>();
  private readonly nativeNames = new Set<string>();
  private readonly report = new EngineReport(this);
  private readonly expiry = new ExpirySchedule();
  private readonly factory: MetricFactory;
  /** Outputs being written, and when each began. */
  private readonly outputs = new Map<object, number>();
  private readonly attached = new AttachedRegistries(this.report);
  private resets = 0;

  constructor() {
    this.factory = new MetricFactory({
      families: this.families,
      report: this.report,
      bucketsOf: (name) => this.bucketOverrides.get(name),
      nativeOf: (name) => (this.nativeNames.has(name) ? defaultNativeOptions : null),
      onNew: (family, collect) => this.added(family, collect),
    });
  }

  counter<const L extends LabelSpecs = NoLabels>(declaration: CounterDeclaration<L>): Counter<NoInfer<L>> {
    return this.factory.counter(declaration, captureDeclarationPlace(this.counter)) as Counter<NoInfer<L>>;
  }

  gauge<const L extends LabelSpecs = NoLabels>(declaration: GaugeDeclaration<L>): Gauge<NoInfer<L>> {
    return this.factory.gauge(declaration, captureDeclarationPlace(this.gauge)) as Gauge<NoInfer<L>>;
  }

  histogram<const L extends LabelSpecs = NoLabels>(declaration: HistogramDeclaration<L>): Histogram<NoInfer<L>> {
    return this.factory.histogram(declaration, captureDeclarationPlace(this.histogram)) as Histogram<NoInfer<L>>;
  }

  private added(family: Family, collect: Collector['collect'] | undefined): void {
    this.expiry.add(family);
    const { name } = family.meta;
    if (collect !== undefined) this.gaugeCollectors.set(name, this.addCollector({ name, metrics: [name], collect }));
  }

  addCollector(collector: Collector): () => void {
    try {
      return this.collectors.add(collector);
    } catch (error) {
      if (!this.report.isHeard) throw error;
      this.report.refused(collector.name, error);
      return () => {};
    }
  }

  attach(registry: AttachableRegistry, options?: AttachOptions): () => void {
    return this.attached.attach(registry, options);
  }

  overrideBuckets(overrides: Readonly<Record<string, readonly number[]>>): void {
    const checked = Object.entries(overrides).map(([name, buckets]) => [name, checkBuckets(name, buckets)] as const);
    for (const [name, buckets] of checked) {
      this.bucketOverrides.set(name, buckets);
      const family = this.families.get(name);
      if (family?.type !== 'histogram') continue;
      if (family.hasObservations()) this.report.bucketsLate(name);
      else family.replaceBounds(buckets);
    }
  }

  useNativeBuckets(names: readonly string[]): void {
    for (const name of names) {
      this.nativeNames.add(name);
      const family = this.families.get(name);
      if (family?.type !== 'histogram' || family.native !== null) continue;
      if (family.hasObservations()) this.report.nativeLate(name);
      else family.startNative(defaultNativeOptions);
    }
  }

  overrideExpiry(expireAfterMs: Readonly<Record<string, number>>): void {
    this.expiry.override(expireAfterMs, (name) => this.families.get(name));
  }

  connect(hooks: RegistryHooks): void {
    this.report.connect(hooks);
    // Handles remember whether there are exemplars to take.
    if (hooks.activeExemplar !== undefined) for (const { cells } of this.families.all()) cells.version += 1;
  }

  describe(): readonly MetricDescription[] {
    return this.families.all().map(describeFamily);
  }

  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const family = this.families.ownerOf(name);
    return family === undefined ? undefined : sumOf(family, name, labels);
  }

  samples(): readonly Sample[] {
    return this.families.all().flatMap(toSamples);
  }

  async collect(timeoutMs = this.collectorTimeoutMs): Promise<ReadonlySet<string>> {
    const outcomes = await this.collectors.run(timeoutMs);
    for (const outcome of outcomes) this.report.collectorEnded(outcome);
    // What another output has half written must not move between series: it would be counted twice there.
    const now = this.report.elapsedMs();
    if (![...this.outputs.values()].some((startedAt) => now - startedAt <= longestOutputMs)) this.expiry.sweep(now);
    return new Set(outcomes.flatMap(({ result, collector }) => (result === 'done' ? [] : collector.metrics)));
  }

  async *renderBytes(options: RenderOptions<OutputFormat> = {}): AsyncGenerator<Uint8Array> {
    const startedAt = performance.now();
    try {
      // Loaded by the first output, not with the library: a sixth of it, which those who are never scraped do not need.
      const { renderFamilies } = await import('./exposition/render.ts');
      const { families, attached, onInvalid, end } = await this.readFamilies(options.collectorTimeoutMs);
      try {
        const now = () => performance.now();
        yield* renderFamilies(families, { format: options.format ?? 'text', attached, onInvalid, now });
      } finally {
        end();
      }
    } finally {
      this.report.scrapeEnded(performance.now() - startedAt);
    }
  }

  async readFamilies(collectorTimeoutMs = this.collectorTimeoutMs): Promise<RegistryReading> {
    const [missing, attached] = await Promise.all([
      this.collect(collectorTimeoutMs),
      this.attached.read(() => this.families.all(), collectorTimeoutMs),
    ]);
    const all = this.families.all();
    const output = {};
    this.outputs.set(output, this.report.elapsedMs());
    return {
      families: all.filter(({ meta }) => !missing.has(meta.name)),
      missing: all.filter(({ meta }) => missing.has(meta.name)),
      attached,
      resets: this.resets,
      canExpire: (family) => this.expiry.has(family),
      onInvalid: ({ registry, name }) => this.report.attachedLeftOut('attached_invalid', registry, name),
      end: () => void this.outputs.delete(output),
    };
  }

  listFamilies(): readonly Family[] {
    return this.families.all();
  }

  async *renderChunks(options: RenderOptions = {}): AsyncGenerator<string> {
    for await (const chunk of this.renderBytes(options)) yield toText(chunk);
  }

  async render(options: RenderOptions = {}): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.renderBytes(options)) chunks.push(chunk);
    return joinText(chunks);
  }

  remove(name: string): boolean {
    this.gaugeCollectors.get(name)?.();
    this.gaugeCollectors.delete(name);
    this.expiry.remove(this.families.get(name));
    return this.families.remove(name);
  }

  reset(): void {
    this.resets += 1;
    for (const family of this.families.all()) family.reset();
  }
}

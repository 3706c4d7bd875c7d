import type { AttachedFamily } from '../../metrics/attached/attached-family.ts';
import { createTurns } from '../../metrics/exposition/turns.ts';
import type { Family } from '../../metrics/family.ts';
import type { Registry } from '../../metrics/registry.ts';
import { type ReadableRegistry, type RegistryReading, toReadable } from '../../metrics/registry-reading.ts';
import type { Resource } from '../../otlp/common-model.ts';
import type { ResourceMetrics } from '../../otlp/metric-model.ts';
import { libraryVersion } from '../library-version.ts';
import { FamilyState } from './family-state.ts';
import { MetricPieces } from './metric-pieces.ts';
import { type AttachedState, endAttached, readAttached } from './read-attached.ts';
import { endFamily, readFamily } from './read-family.ts';
import { ReadClock, type ReadWindow } from './read-window.ts';

export interface MetricReaderOptions {
  readonly registry: Registry;
  /**
   * `cumulative`: all since the start. `delta`: counters and histograms since the last read of this reader; a series in
   * which nothing happened is left out. `lowmemory`: delta but for attached registries, of which a reader would have to
   * keep every value.
   */
  readonly temporality: 'cumulative' | 'delta' | 'lowmemory';
  readonly resource: Resource;
  /**
   * Whether histograms that have exponential buckets are told with those; else with the bounds of their declaration, for
   * receivers that take no others. @default true
   */
  readonly exponential?: boolean | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Since when the values count that are there at the first read; epoch milliseconds. @default the start of the process */
  readonly startedAtMs?: number;
}

/** Reads a registry as OTLP's metrics. */
export interface MetricReader {
  /**
   * Runs the collectors under their deadline, then reads every series, giving the event loop a turn every millisecond.
   * In pieces, each enough for one request of some 100 kB; who encodes one before it asks for the next never holds more,
   * and none of the pauses that collecting millions of objects takes: 100 000 series at once are 20 to 80 MB.
   *
   * Ask for all of them: what a piece tells counts as told, and until the last one no series expires. One read at a
   * time, a second one waits for the first.
   */
  pieces(): AsyncGenerator<ResourceMetrics>;
  /** All pieces of a read. */
  read(): Promise<readonly ResourceMetrics[]>;
}

// One event loop, whatever number of readers.
const turns = createTurns();
// As long as the exposition's: see render.ts.
const sliceMs = 1;

const scope = { name: '@autotrader/observability', version: libraryVersion };

/**
 * A reader of its own for each receiver, since it remembers what it told.
 *
 * Names are those of `/metrics`, with `_total` and the unit (`x_seconds`), as OpenTelemetry's rules for Prometheus want
 * it by default; the unit's field has the unit in UCUM. Who makes a Prometheus name of that (Prometheus' own receiver,
 * the Collector, ours) finds both in the name and adds neither:
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics
 *
 * A series that has ended is told of once more, without a value (OTLP's flag for it): a gauge that was removed, a series
 * that expired, a metric whose collector failed.
 */
export function createMetricReader(options: MetricReaderOptions): MetricReader {
  const reader = new EngineReader(options);
  let last: Promise<void> = Promise.resolve();
  async function* pieces(): AsyncGenerator<ResourceMetrics> {
    const before = last;
    let end = () => {};
    last = new Promise((resolve) => {
      end = resolve;
    });
    try {
      await before;
      yield* reader.read();
    } finally {
      end();
    }
  }
  return {
    pieces,
    async read() {
      const all: ResourceMetrics[] = [];
      for await (const piece of pieces()) all.push(piece);
      return all;
    },
  };
}

class EngineReader {
  private readonly options: MetricReaderOptions;
  private readonly registry: ReadableRegistry;
  private readonly clock: ReadClock;
  private families = new Map<Family, FamilyState>();
  private attached = new Map<string, AttachedMemory>();
  private resets = 0;

  constructor(options: MetricReaderOptions) {
    this.options = options;
    this.registry = toReadable(options.registry);
    this.clock = new ReadClock(options.now, options.startedAtMs ?? performance.timeOrigin);
  }

  async *read(): AsyncGenerator<ResourceMetrics> {
    const reading = await this.registry.readFamilies();
    try {
      const pieces = new MetricPieces(this.options.resource, scope);
      await turns.next();
      let sliceStart = performance.now();
      for (const _ of this.steps(reading, pieces)) {
        yield* pieces.take();
        if (performance.now() - sliceStart < sliceMs) continue;
        await turns.next();
        sliceStart = performance.now();
      }
      yield* pieces.takeLast();
    } finally {
      reading.end();
    }
  }

  private *steps(reading: RegistryReading, pieces: MetricPieces): Generator<void> {
    const window = this.clock.next();
    if (reading.resets !== this.resets) this.families = new Map();
    this.resets = reading.resets;
    yield* this.readOwn(reading, { window, pieces });
    yield* this.readForeign(reading, { window, pieces });
  }

  private *readOwn(reading: RegistryReading, { window, pieces }: Sink): Generator<void> {
    const isDelta = this.options.temporality !== 'cumulative';
    const isExponential = this.options.exponential ?? true;
    const known = this.families;
    const kept = new Map<Family, FamilyState>();
    const names = new Set<string>();
    const toRead = (family: Family, state: FamilyState) => {
      const canEnd = family.type === 'gauge' || reading.canExpire(family);
      return { state, window, isDelta, isExponential, canEnd, pieces };
    };
    for (const family of reading.families) {
      const state = known.get(family) ?? new FamilyState(window.previousNano);
      kept.set(family, state);
      names.add(family.meta.name);
      yield* readFamily(family, toRead(family, state));
    }
    for (const family of reading.missing) {
      const state = known.get(family);
      if (state === undefined) continue;
      kept.set(family, state);
      yield* endFamily(family, toRead(family, state));
    }
    for (const [family, state] of known) {
      // One of the same name took its place.
      if (kept.has(family) || names.has(family.meta.name)) continue;
      yield* endFamily(family, toRead(family, state));
    }
    this.families = kept;
  }

  private *readForeign({ attached, onInvalid }: RegistryReading, { window, pieces }: Sink): Generator<void> {
    const isDelta = this.options.temporality === 'delta';
    const kept = new Map<string, AttachedMemory>();
    for (const family of attached) {
      const state = this.attached.get(family.name)?.state ?? { lastNano: window.previousNano, series: new Map() };
      kept.set(family.name, { family, state });
      yield* readAttached(family, { state, window, isDelta, pieces, onInvalid });
    }
    for (const [name, { family, state }] of this.attached) {
      if (!kept.has(name)) yield* endAttached(family, { state, window, isDelta, pieces, onInvalid });
    }
    this.attached = kept;
  }
}

interface AttachedMemory {
  readonly family: AttachedFamily;
  readonly state: AttachedState;
}

/** What one read fills. */
interface Sink {
  readonly window: ReadWindow;
  readonly pieces: MetricPieces;
}

import { toLabelName, toText } from '../../merge/naming/label-text.ts';
import { identityAttributes, toMetricSource } from '../../merge/naming/target-identity.ts';
import { ByteWriter } from '../../metrics/exposition/byte-writer.ts';
import type { Attributes, Resource } from '../../otlp/common-model.ts';
import { closeMessage, openMessage, writeString } from '../../protobuf/wire.ts';

const nameLabel = '__name__';

/** One `Label` message: https://prometheus.io/docs/specs/prw/remote_write_spec */
export function writeLabel(out: ByteWriter, name: string, value: string): void {
  const start = openMessage(out, 1);
  writeString(out, 1, name);
  writeString(out, 2, value);
  closeMessage(out, start);
}

/**
 * The labels that every series of a process has: what was configured, and `job` and `instance` from its resource, which
 * give way where they were configured, too: an instance told by a random id makes new series with every start.
 */
export function toCommonLabels(
  resource: Resource,
  externalLabels: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const { job, instance } = toMetricSource(resource);
  const external = Object.entries(externalLabels).map(([name, value]) => [toLabelName(name), value] as const);
  const all = new Map([['job', job], ['instance', instance], ...external]);
  return new Map([...all].filter(([, value]) => value !== ''));
}

/** The attributes of a resource that are no part of `job` and `instance`. */
export function toTargetAttributes({ attributes }: Resource): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !identityAttributes.has(name)));
}

/** Where a label's value comes from: a fixed text, or the attributes of these names. */
interface Place {
  readonly name: string;
  readonly fixed: string;
  readonly attributes: readonly string[];
}

/**
 * The labels of one point, encoded in the order of their names, in which Prometheus wants them. In three parts, because a
 * point may become several series that differ in `__name__` and in one label more: the order is found once for all points
 * with the same names, the values are encoded once for all series of a point.
 */
export class SeriesLabels {
  private readonly common: ReadonlyMap<string, string>;
  private readonly beforeName = new ByteWriter(256);
  private readonly afterName = new ByteWriter(1024);
  private readonly afterBound = new ByteWriter(1024);
  private names: readonly string[] = [];
  private bound = '';
  private places: readonly Place[] | null = null;

  constructor(common: ReadonlyMap<string, string>) {
    this.common = common;
  }

  /** @param bound the label that some of the series have besides: `le`, `quantile` */
  set(attributes: Attributes, bound: string): void {
    const names = Object.keys(attributes);
    if (this.places === null || bound !== this.bound || !isSame(names, this.names)) {
      this.names = names;
      this.bound = bound;
      this.places = this.order(names);
    }
    this.beforeName.clear();
    this.afterName.clear();
    this.afterBound.clear();
    for (const { name, fixed, attributes: from } of this.places) {
      const value = from.length === 0 ? fixed : textOf(attributes, from);
      // A label without a value is no label.
      if (value === '') continue;
      const out = name < nameLabel ? this.beforeName : name < bound ? this.afterName : this.afterBound;
      writeLabel(out, name, value);
    }
  }

  /** `name` and `bound` are whole `Label` messages. */
  write(out: ByteWriter, name: Uint8Array, bound: Uint8Array | null): void {
    out.copyFrom(this.beforeName);
    out.copy(name);
    out.copyFrom(this.afterName);
    if (bound !== null) out.copy(bound);
    out.copyFrom(this.afterBound);
  }

  /** Where a name is taken, the label of the metric is kept as `exported_…`, as a scrape does it. */
  private order(names: readonly string[]): readonly Place[] {
    const places = new Map<string, Place>();
    for (const [name, fixed] of this.common) places.set(name, { name, fixed, attributes: [] });
    for (const attribute of names) {
      const plain = toLabelName(attribute);
      const isTaken = plain === this.bound || plain === 'job' || plain === 'instance';
      const name = isTaken ? `exported_${plain}` : plain;
      const before = places.get(name)?.attributes ?? [];
      places.set(name, { name, fixed: '', attributes: [...before, attribute] });
    }
    return [...places.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** Names that became one label have their values joined, as OpenTelemetry's rules want it. */
function textOf(attributes: Attributes, names: readonly string[]): string {
  const [first = ''] = names;
  if (names.length === 1) return toText(attributes[first] ?? null);
  return names.map((name) => toText(attributes[name] ?? null)).join(';');
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

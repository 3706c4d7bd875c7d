import type { Family } from '../../metrics/family.ts';
import type { SeriesTable } from '../../metrics/series/series-table.ts';
import type { Attributes } from '../../otlp/common-model.ts';

const none: Attributes = Object.freeze({});

/** The labels of a series. */
export function toSeriesAttributes(series: SeriesTable, slot: number): Attributes {
  const { names } = series;
  if (names.length === 0) return none;
  const attributes: Record<string, string> = {};
  for (let label = 0; label < names.length; label++) attributes[names[label] as string] = series.valueOf(slot, label);
  return attributes;
}

/**
 * Which series of one metric the read before told of, so that this one can say which have ended. A series that goes
 * takes its labels along; where that can happen they are kept here, and used again by each read.
 */
export class SeenSeries {
  private births = new Uint32Array(0);
  private readonly attributes: (Attributes | undefined)[] = [];

  /** Before the slots up to this number are asked about. */
  reserve(slots: number): void {
    if (slots <= this.births.length) return;
    const births = new Uint32Array(Math.max(slots, this.births.length * 2));
    births.set(this.births);
    this.births = births;
  }

  get size(): number {
    return this.births.length;
  }

  /** 0 where none was told of. */
  birthOf(slot: number): number {
    return this.births[slot] ?? 0;
  }

  /** The labels of a living series, which is noted as told of. */
  see({
    family,
    slot,
    canEnd,
  }: {
    readonly family: Family;
    readonly slot: number;
    readonly canEnd: boolean;
  }): Attributes {
    const birth = family.series.birthOf(slot);
    const kept = this.births[slot] === birth ? this.attributes[slot] : undefined;
    this.births[slot] = birth;
    if (kept !== undefined) return kept;
    const attributes = toSeriesAttributes(family.series, slot);
    if (canEnd) this.keep(slot, attributes);
    return attributes;
  }

  /** The labels of the series told of in this slot, which is forgotten; null where they are not known any more. */
  end(series: SeriesTable, slot: number): Attributes | null {
    const isLive = series.birthOf(slot) === this.births[slot];
    const attributes = this.attributes[slot] ?? (isLive ? toSeriesAttributes(series, slot) : null);
    this.births[slot] = 0;
    if (slot < this.attributes.length) this.attributes[slot] = undefined;
    return attributes;
  }

  private keep(slot: number, attributes: Attributes): void {
    // No holes: an array that has some becomes a slower one.
    while (this.attributes.length < slot) this.attributes.push(undefined);
    this.attributes[slot] = attributes;
  }
}

import { expect } from 'vitest';

/** What a scrape says, by series as written. */
export interface Scrape {
  readonly counters: ReadonlyMap<string, number>;
  readonly gauges: ReadonlyMap<string, number>;
  /** Over all series of a counter. */
  sumOf(name: string): number;
}

/** Reads text whose label values hold no spaces. Histograms count as counters. */
export function toScrape(text: string): Scrape {
  const counters = new Map<string, number>();
  const gauges = new Map<string, number>();
  let isGauge = false;
  for (const line of text.split('\n')) {
    const [first = '', second = '', , type] = line.split(' ');
    if (first === '#' && second === 'TYPE') isGauge = type === 'gauge';
    else if (first !== '#' && first !== '') (isGauge ? gauges : counters).set(first, Number(second));
  }
  return {
    counters,
    gauges,
    sumOf(name) {
      let sum = 0;
      for (const [series, value] of counters) if (series.replace(/\{.*/, '') === name) sum += value;
      return sum;
    },
  };
}

/** Its buckets rise, and the last of them is the count. */
export function checkHistogram({ counters }: Scrape, name: string): void {
  const buckets = [...counters].filter(([series]) => series.startsWith(`${name}_bucket`)).map(([, value]) => value);
  expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  expect(buckets.at(-1)).toBe(counters.get(`${name}_count`));
}

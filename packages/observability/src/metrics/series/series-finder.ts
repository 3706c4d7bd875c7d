import type { RawLabels } from '../label-specs.ts';
import type { LabelDictionary } from './label-dictionary.ts';
import type { SeriesGuess } from './series-guess.ts';
import { hashSource, type SlotIndex } from './slot-index.ts';

/** The slot of labels whose exact values are known, else -1. Throws only what reading the labels throws. */
export type FindSeries = (labels: RawLabels) => number;

/** What a finder searches. The members are read at each call, so they may grow and be replaced. */
export interface FinderTables {
  readonly metric: string;
  readonly dictionaries: readonly LabelDictionary[];
  readonly index: SlotIndex;
  readonly guess: SeriesGuess;
}

const identifier = /^[a-z_][a-z0-9_]*$/;

/** The fastest finder that this process allows. */
export function createSeriesFinder(tables: FinderTables): FindSeries {
  return compileFinder(tables) ?? createPlainFinder(tables);
}

/** For any labels, and where code may not be made from strings. */
export function createPlainFinder({ dictionaries, index }: FinderTables): FindSeries {
  return (labels) => {
    const ids: number[] = [];
    for (const dictionary of dictionaries) {
      const id = dictionary.ids.get(labels[dictionary.label]);
      if (id === undefined) return -1;
      ids.push(id);
    }
    return index.find(ids);
  };
}

/**
 * The same search written out for one metric: its labels by name, no loops.
 *
 * Code shared by all metrics reads labels by a variable name, through arrays, at a place where the engine has seen
 * objects of many shapes: 37 ns for an increment with two labels over 300 series. A function of its own for each metric
 * keeps the engine's inline caches to itself: 30 ns, and 12 ns where {@link SeriesGuess} is right. Names are checked
 * against the pattern of identifiers before they become code.
 * @returns null where Node was started with --disallow-code-generation-from-strings
 */
export function compileFinder({ metric, dictionaries, index, guess }: FinderTables): FindSeries | null {
  const labels = dictionaries.map((dictionary) => dictionary.label);
  if (labels.length === 0 || ![metric, ...labels].every((name) => identifier.test(name))) return null;
  try {
    const make = new Function('dictionaries', 'index', 'guess', finderSource(metric, labels)) as (
      ...parts: readonly unknown[]
    ) => FindSeries;
    return make(dictionaries, index, guess);
  } catch {
    return null;
  }
}

/** For two labels `a` and `b`, in essence: ids of both values, their hash, and the slot whose ids are the same. */
function finderSource(metric: string, labels: readonly string[]): string {
  const width = labels.length;
  const each = (write: (i: number) => string, separator = '\n') => labels.map((_, i) => write(i)).join(separator);
  const at = (i: number) => (width === 1 ? 'ids[slot]' : `ids[slot * ${width} + ${i}]`);
  // The engine would give functions of equal source one cache between them: the name sets them apart.
  return `/* ${metric} */
${each((i) => `const ids${i} = dictionaries[${i}].ids, guessed${i} = guess.values[${i}];`)}
return function find(labels) {
  ${each((i) => `const value${i} = labels.${labels[i]};`)}
  if (guess.isOn) {
    const slot = guess.next[guess.last];
    if (slot >= 0 && ${each((i) => `guessed${i}[guess.last] === value${i}`, ' && ')}) {
      guess.last = slot & guess.mask;
      guess.right += 1;
      return slot;
    }
  }
  ${each((i) => `const id${i} = ids${i}.get(value${i});\nif (id${i} === undefined) return -1;`)}
  const { ids, table, mask } = index;
  ${hashSource(
    labels.map((_, i) => `id${i}`),
    'probe',
  )}
  for (;; probe++) {
    const slot = table[probe & mask];
    if (slot < 0) return -1;
    if (${each((i) => `${at(i)} === id${i}`, ' && ')}) {
      if (guess.isOn) {
        ${each((i) => `guessed${i}[guess.last] = value${i};`)}
        guess.learn(slot);
      } else guess.skip();
      return slot;
    }
  }
}`;
}

/** At most `limit` distinct values; later ones are counted under {@link overflowValue}. */
export interface LabelBudget {
  /** A positive integer. */
  readonly limit: number;
}

/** A label is declared by the closed list of its values, or by a budget of distinct ones. */
export type LabelSpec = readonly string[] | LabelBudget;

export type LabelSpecs = Readonly<Record<string, LabelSpec>>;

export type NoLabels = Record<never, LabelSpec>;

/** What `inc({...})` takes: the literals of a closed list, any string for a budgeted label. */
export type LabelValues<L> = {
  readonly [K in keyof L]: L[K] extends readonly (infer V)[] ? V & string : string;
};

/** Label values as they arrive at run time, where types no longer hold. */
export type RawLabels = Readonly<Record<string, unknown>>;

/** The label value under which samples beyond a budget, or outside a closed list, are kept. */
export const overflowValue = '__other__';

/**
 * Longest label value kept as it is, in UTF-16 units. Longer ones count as beyond the budget: cutting them
 * would merge two series, keeping them would let one sample hold megabytes for the life of the process.
 */
export const maxLabelValueLength = 1024;

export function isClosedList(spec: LabelSpec): spec is readonly string[] {
  return Array.isArray(spec);
}

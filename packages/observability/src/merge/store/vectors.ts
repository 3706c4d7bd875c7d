/** Adds `other` onto `to`. */
export function addOnto(to: number[], other: readonly number[]): void {
  for (let i = 0; i < to.length; i++) to[i] = atMost((to[i] ?? 0) + (other[i] ?? 0));
}

/** Whether one of the first `checked` is lower than before. */
export function hasFallen(before: readonly number[], now: readonly number[], checked: number): boolean {
  for (let i = 0; i < checked; i++) if ((now[i] ?? 0) < (before[i] ?? 0)) return true;
  return false;
}

export function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Buckets and sum (see MergedSeries) at fewer bounds, all of which are among `from`: exact. */
export function toCoarser(values: readonly number[], from: readonly number[], to: readonly number[]): number[] {
  const coarse = new Array<number>(to.length + 2).fill(0);
  let at = 0;
  for (let bucket = 0; bucket <= from.length; bucket++) {
    coarse[at] = (coarse[at] ?? 0) + (values[bucket] ?? 0);
    if (bucket < from.length && from[bucket] === to[at]) at += 1;
  }
  coarse[to.length + 1] = values[from.length + 1] ?? 0;
  return coarse;
}

/** A sum that ran over would be Infinity for good. */
function atMost(value: number): number {
  return value > Number.MAX_VALUE ? Number.MAX_VALUE : value;
}

/** Known names close to a mistyped one, best first: a person sees the typo, a script sees what exists. */
export function nearestNames(asked: string, known: readonly string[], limit = 3): readonly string[] {
  const wanted = asked.slice(0, 64).toUpperCase();
  // Half the letters wrong is no typo any more; one wrong letter must always be forgiven.
  const furthest = Math.max(1, Math.floor(wanted.length / 2));
  return known
    .map((name) => ({ name, distance: editDistance(wanted, name.slice(0, 64).toUpperCase()) }))
    .filter(({ distance }) => distance <= furthest)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** Levenshtein's distance in two rows. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substituted = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

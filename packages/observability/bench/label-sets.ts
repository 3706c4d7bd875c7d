/** Labels as a web service has them: routes by status. */
export type RequestLabels = Readonly<Record<'route' | 'status', string>>;

/** `routes` × `statuses` different label sets. */
export function createLabelSets(routes: number, statuses: number): RequestLabels[] {
  return Array.from({ length: routes * statuses }, (_, index) => ({
    route: `/items/${index % routes}/parts`,
    status: `${200 + Math.floor(index / routes)}`,
  }));
}

/** Budgets that hold all of {@link createLabelSets}. */
export const requestLabels = { route: { limit: 1_000 }, status: { limit: 1_000 } } as const;

/** Values that need every escape the format knows. */
export const awkwardLabels: readonly RequestLabels[] = [
  { route: 'quote " and \\ and\nline', status: '200' },
  { route: 'a="b",status="c', status: ',' },
  { route: '', status: 'ünïcode 🙂' },
];

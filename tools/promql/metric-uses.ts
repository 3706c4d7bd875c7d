/** What a PromQL expression says about metrics: their names, the labels it matches and those it groups by. */
export interface MetricUses {
  readonly metrics: readonly MetricUse[];
  /** Labels in `by`, `on`, `without`, `ignoring` and `group_left`: of any metric in the expression. */
  readonly groupLabels: readonly string[];
}

export interface MetricUse {
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

const keywords = new Set([
  ...['and', 'or', 'unless', 'by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'bool', 'offset'],
  ...['atan2', 'inf', 'nan', 'start', 'end'],
]);

/**
 * Finds the names by shape, not by grammar: promtool judges whether an expression is one. Covers what rules and
 * panels use; a metric named only through `{__name__="…"}` is not seen.
 */
export function metricUses(expr: string): MetricUses {
  const strings: string[] = [];
  const bare = expr.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_whole, text: string) => `"${strings.push(text) - 1}"`);
  const groupLabels: string[] = [];
  const ungrouped = bare.replaceAll(
    /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g,
    (_whole, list: string) => {
      groupLabels.push(
        ...list
          .split(',')
          .map((label) => label.trim())
          .filter((label) => label !== ''),
      );
      return ' ';
    },
  );
  const selectors = ungrouped.matchAll(/(?<![\w:.$])([a-zA-Z_:][\w:]*)\s*(\(|\{[^}]*\})?/g);
  const metrics = [...selectors].flatMap(([, name = '', after = '']): MetricUse[] =>
    after === '(' || keywords.has(name.toLowerCase()) ? [] : [{ name, matchers: parseMatchers(after, strings) }],
  );
  return { metrics, groupLabels };
}

function parseMatchers(braces: string, strings: readonly string[]): Matcher[] {
  return [...braces.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"(\d+)"/g)].map(([, label = '', operator, index]) => ({
    label,
    operator: operator as Matcher['operator'],
    value: strings[Number(index)] ?? '',
  }));
}

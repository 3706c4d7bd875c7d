import { type LogLevel, levelRank } from '../level.ts';

// Logger names come from code; beyond this many they are judged afresh each time instead of being remembered.
const rememberedNames = 2_000;

/**
 * The rank from which on lines of a logger are written. A rule for `shop` covers `shop` and `shop.orders`, not
 * `shopping`; the longest rule that covers a name wins, and what none covers has `level`.
 */
export function createLevelRules(
  level: LogLevel,
  loggerLevels: Readonly<Record<string, LogLevel>>,
): (logger: string) => number {
  const general = levelRank[level];
  const rules = new Map(Object.entries(loggerLevels).map(([name, own]) => [name, levelRank[own]]));
  if (rules.size === 0) return () => general;
  const remembered = new Map<string, number>();
  return (logger) => {
    const known = remembered.get(logger);
    if (known !== undefined) return known;
    const rank = findRule(rules, logger) ?? general;
    if (remembered.size < rememberedNames) remembered.set(logger, rank);
    return rank;
  };
}

/** Whether `logger` is `name` or below it; the empty name covers everything. */
export function coversLogger(name: string, logger: string): boolean {
  return name === '' || logger === name || logger.startsWith(`${name}.`);
}

function findRule(rules: ReadonlyMap<string, number>, logger: string): number | undefined {
  for (let name = logger; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const rank = rules.get(name);
    if (rank !== undefined) return rank;
  }
  return undefined;
}

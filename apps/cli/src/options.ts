import { InvalidArgumentError, Option } from 'commander';

export const marketKinds = ['simulated', 'live', 'replay'] as const;
export type MarketKind = (typeof marketKinds)[number];

export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 (any free port) to 65535.');
}

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d{1,10}$/.test(text) && seed <= 0xffff_ffff) return seed;
  throw new InvalidArgumentError('A seed is a whole number from 0 to 4294967295.');
}

export function parseLogLevel(text: string): string {
  const level = text.toUpperCase();
  if ((logLevels as readonly string[]).includes(level)) return level;
  throw new InvalidArgumentError(`Allowed levels are ${logLevels.join(', ')}.`);
}

export function marketOption(): Option {
  return new Option('--market <kind>', 'where prices come from').choices(marketKinds);
}

export function recordingsOption(): Option {
  return new Option('--recordings <dir>', 'folder of recorded replies; implies --market replay');
}

/** `--recordings` says which market is meant. */
export function impliedMarket(options: { market?: MarketKind; recordings?: string }): MarketKind | undefined {
  return options.market ?? (options.recordings === undefined ? undefined : 'replay');
}

export function portOption(description: string): Option {
  return new Option('--port <n>', description).argParser(parsePort);
}

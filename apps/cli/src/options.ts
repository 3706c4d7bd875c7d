import type { CliOption } from './cli-command.ts';

export const marketKinds = ['simulated', 'live', 'replay'] as const;
export type MarketKind = (typeof marketKinds)[number];

const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

export const marketOption: CliOption = {
  flags: '--market <kind>',
  description: 'where prices come from',
  choices: marketKinds,
};

export const recordingsOption: CliOption = {
  flags: '--recordings <dir>',
  description: 'folder of recorded replies; implies --market replay',
};

export const globalOptions: readonly CliOption[] = [
  { flags: '--config <file>', description: 'settings (default: configs/autotrader.yaml where there is one)' },
  {
    flags: '--observability-config <file>',
    description: 'telemetry settings (default: configs/observability.yaml where there is one)',
  },
  { flags: '--log-level <level>', description: logLevels.join(', '), parse: parseLogLevel },
];

export function portOption(flag: string, description: string): CliOption {
  return { flags: `${flag} <n>`, description, parse: parsePort };
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new RangeError('A port is a whole number from 0 (any free port) to 65535.');
}

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d{1,10}$/.test(text) && seed <= 0xffff_ffff) return seed;
  throw new RangeError('A seed is a whole number from 0 to 4294967295.');
}

function parseLogLevel(text: string): string {
  const level = text.toUpperCase();
  if (logLevels.includes(level)) return level;
  throw new RangeError(`Allowed levels are ${logLevels.join(', ')}.`);
}

/** `--recordings` says which market is meant. */
export function impliedMarket(options: { market?: MarketKind; recordings?: string }): MarketKind | undefined {
  return options.market ?? (options.recordings === undefined ? undefined : 'replay');
}

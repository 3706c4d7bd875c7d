import { defineCommand } from '../cli-command.ts';
import { type MarketKind, marketOption, recordingsOption } from '../options.ts';

const scanFormats = ['table', 'json', 'ndjson'] as const;

export interface ScanOptions {
  readonly watchlist?: string;
  readonly market?: MarketKind;
  readonly recordings?: string;
  readonly format: (typeof scanFormats)[number];
  readonly out?: string;
}

export const scanCommand = defineCommand<ScanOptions>({
  name: 'scan',
  summary: 'scan tokens once and print what was found',
  examples: [
    'autotrader scan',
    'autotrader scan PEPE LINK --market live',
    'autotrader scan --recordings ./recorded --format json',
    'autotrader scan --watchlist configs/watchlist.yaml --format ndjson --out results',
  ],
  argument: { name: 'symbols', description: 'symbols of the watchlist (default: all of them)' },
  options: [
    { flags: '--watchlist <file>', description: 'tokens to choose from' },
    marketOption,
    recordingsOption,
    { flags: '--format <format>', description: 'how results are printed', choices: scanFormats, default: 'table' },
    { flags: '--out <dir>', description: 'also write scans.json there' },
  ],
  async run({ args, options }, context) {
    const { scanTokens } = await import('../scan/scan-tokens.ts');
    return scanTokens({ symbols: args, options, context });
  },
});

import { defineCommand } from '../cli-command.ts';
import { marketOption, recordingsOption } from '../options.ts';
import { type ScanOptions, scanFormats } from '../scan/scan-options.ts';

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

import { Option } from 'commander';
import type { CliCommand, GlobalOptions } from '../cli-command.ts';
import { type MarketKind, marketOption, recordingsOption } from '../options.ts';

export const scanFormats = ['table', 'json', 'ndjson'] as const;
export type ScanFormat = (typeof scanFormats)[number];

export interface ScanOptions extends GlobalOptions {
  readonly watchlist?: string;
  readonly market?: MarketKind;
  readonly recordings?: string;
  readonly format: ScanFormat;
  readonly out?: string;
}

export const scanCommand: CliCommand = {
  name: 'scan',
  summary: 'scan tokens once and print what was found',
  examples: [
    'autotrader scan',
    'autotrader scan PEPE LINK --market live',
    'autotrader scan --recordings ./recorded --format json',
    'autotrader scan --watchlist configs/watchlist.yaml --format ndjson --out results',
  ],
  define(command) {
    command
      .argument('[symbols...]', 'symbols of the watchlist (default: all of them)')
      .addOption(new Option('--watchlist <file>', 'tokens to choose from'))
      .addOption(marketOption())
      .addOption(recordingsOption())
      .addOption(new Option('--format <format>', 'how results are printed').choices(scanFormats).default('table'))
      .addOption(new Option('--out <dir>', 'also write scans.json there'));
  },
  async run(command, context) {
    const { scanTokens } = await import('../scan/scan-tokens.ts');
    return scanTokens({ symbols: command.args, options: command.optsWithGlobals<ScanOptions>(), context });
  },
};

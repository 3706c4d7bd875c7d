import type { MarketKind } from '../options.ts';

export const scanFormats = ['table', 'json', 'ndjson'] as const;

export interface ScanOptions {
  readonly watchlist?: string;
  readonly market?: MarketKind;
  readonly recordings?: string;
  readonly format: (typeof scanFormats)[number];
  readonly out?: string;
}

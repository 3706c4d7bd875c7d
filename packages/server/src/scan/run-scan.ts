import type { Scanner, ScanResult, ScanStore } from '@autotrader/scanner';
import { createSources, type Token } from '@autotrader/sources';
import type { Market } from '../market/market.ts';
import type { Settings } from '../settings/settings.ts';
import { createMarketScanner } from './market-scanner.ts';

export interface ScanProgress {
  readonly done: number;
  readonly total: number;
  readonly result: ScanResult;
}

export interface RunScanOptions {
  readonly settings: Settings;
  readonly market: Market;
  readonly tokens: readonly Token[];
  /** Where results are kept too; left out, nothing is written. */
  readonly store?: ScanStore;
  /** @default `worker.concurrency` of the settings */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** Called as each scan ends, whichever comes first. */
  readonly onProgress?: (progress: ScanProgress) => void;
}

/**
 * Scans the tokens once. Results come in the order of `tokens`, whichever ended first.
 * Aborting ends the running scans and leaves them and the rest out.
 */
export async function runScan(options: RunScanOptions): Promise<readonly ScanResult[]> {
  const { settings, market, store } = options;
  const sources = createSources({ settings: market.sourceSettings, now: market.now });
  try {
    const scanner = createMarketScanner({ settings, market, sources, store });
    return await scanEach(scanner, { concurrency: settings.worker.concurrency, ...options });
  } finally {
    await sources.close();
  }
}

interface Plan extends RunScanOptions {
  readonly concurrency: number;
}

async function scanEach(
  scanner: Scanner,
  { market, tokens, concurrency, signal, onProgress }: Plan,
): Promise<readonly ScanResult[]> {
  // Ids are given before anything runs, so that which lane is free first does not decide who gets which.
  const waiting = tokens.map((token, index) => ({ token, index, id: market.createId() }));
  const results: (ScanResult | undefined)[] = tokens.map(() => undefined);
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !signal?.aborted; next = waiting.shift()) {
      const { token, index, id } = next;
      const result = await scanner
        .scan(token, { id, ...(signal === undefined ? {} : { signal }) })
        .catch((thrown: unknown) => {
          if (signal?.aborted) return undefined;
          throw thrown;
        });
      if (result === undefined) return;
      results[index] = result;
      done += 1;
      onProgress?.({ done, total: tokens.length, result });
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, tokens.length) }, lane));
  return results.filter((result) => result !== undefined);
}

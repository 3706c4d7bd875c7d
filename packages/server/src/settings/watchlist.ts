import { existsSync } from 'node:fs';
import { loadConfig } from '@autotrader/observability';
import type { Token } from '@autotrader/sources';
import { serverError } from '../errors.ts';
import { nearestNames } from '../nearest-name.ts';
import { watchlistSchema } from './watchlist-schema.ts';

/**
 * The tokens of a watchlist file.
 *
 * @throws ConfigError of `@autotrader/observability` with every fault, by line
 * @throws ServerError SRV_WATCHLIST_MISSING, SRV_WATCHLIST_EMPTY
 */
export async function readWatchlist(file: string): Promise<readonly Token[]> {
  if (!existsSync(file)) throw serverError('SRV_WATCHLIST_MISSING', { file });
  const { tokens } = await loadConfig({ file, schema: watchlistSchema, env: {} });
  if (tokens.length === 0) throw serverError('SRV_WATCHLIST_EMPTY', { from: file });
  return tokens;
}

/**
 * The tokens that were named, each once and in the order they were asked for; without names all of them. Case does not matter.
 *
 * @throws ServerError SRV_SYMBOL_UNKNOWN with the nearest symbols and what exists
 */
export function selectTokens(watchlist: readonly Token[], symbols: readonly string[]): readonly Token[] {
  if (symbols.length === 0) return watchlist;
  const bySymbol = new Map(watchlist.map((token) => [token.symbol.toUpperCase(), token]));
  const wanted = [...new Set(symbols.map((symbol) => symbol.toUpperCase()))];
  const unknown = wanted.filter((symbol) => !bySymbol.has(symbol));
  if (unknown.length > 0) {
    const known = watchlist.map((token) => token.symbol);
    const nearest = [...new Set(unknown.flatMap((symbol) => nearestNames(symbol, known)))];
    throw serverError('SRV_SYMBOL_UNKNOWN', { symbols: unknown.slice(0, 5), nearest, known });
  }
  return wanted.flatMap((symbol) => bySymbol.get(symbol) ?? []);
}

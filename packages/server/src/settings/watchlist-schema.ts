import { chainIds, type Token, tokenKey } from '@autotrader/sources';
import { z } from 'zod';
import { textLike } from './matching-text.ts';

/** No control, format or white-space characters: a symbol is shown, logged and used as a label. */
const symbolSchema = textLike(/^[^\p{C}\p{Z}]{1,32}$/u, '1 to 32 visible characters without spaces').transform(
  (symbol) => symbol.toUpperCase(),
);

const addressForms = {
  evm: { pattern: /^0x[0-9a-fA-F]{40}$/, words: '0x and 40 hexadecimal digits' },
  /** Base 58 of 32 bytes. */
  solana: { pattern: /^[1-9A-HJ-NP-Za-km-z]{32,44}$/, words: '32 to 44 characters of base 58' },
} as const;

const contractSchema = z
  .strictObject({ chain: z.enum(chainIds), address: z.string() })
  .superRefine((contract, check) => {
    const form = contract.chain === 'solana' ? addressForms.solana : addressForms.evm;
    if (form.pattern.test(contract.address)) return;
    check.addIssue({ code: 'custom', path: ['address'], message: `an address of ${contract.chain} (${form.words})` });
  });

const entrySchema = z
  .strictObject({
    symbol: symbolSchema,
    name: textLike(/^[^\p{C}]{1,100}$/u, '1 to 100 visible characters').optional(),
    contract: contractSchema.optional(),
    coingecko_id: textLike(/^[a-zA-Z0-9._-]{1,128}$/, 'an id of CoinGecko, such as uniswap').optional(),
  })
  .superRefine((entry, check) => {
    if (entry.contract !== undefined || entry.coingecko_id !== undefined) return;
    check.addIssue({ code: 'custom', path: [], message: 'a contract or a coingecko_id to find the token by' });
  })
  .transform(
    (entry): Token => ({
      symbol: entry.symbol,
      ...(entry.name === undefined ? {} : { name: entry.name }),
      ...(entry.contract === undefined ? {} : { contract: entry.contract }),
      ...(entry.coingecko_id === undefined ? {} : { coingeckoId: entry.coingecko_id }),
    }),
  );

/** A watchlist file: tokens, each once, in the order they are scanned in. */
export const watchlistSchema = z.strictObject({
  tokens: z
    .array(entrySchema)
    .max(5_000)
    .superRefine((tokens, check) => {
      for (const { index, message } of repetitions(tokens)) {
        check.addIssue({ code: 'custom', path: [index, 'symbol'], message });
      }
    }),
});

function repetitions(tokens: readonly Token[]): readonly { index: number; message: string }[] {
  const symbols = new Map<string, number>();
  const keys = new Map<string, number>();
  return tokens.flatMap((token, index) => {
    const namesake = symbols.get(token.symbol);
    const twin = keys.get(tokenKey(token));
    if (namesake === undefined) symbols.set(token.symbol, index);
    if (twin === undefined) keys.set(tokenKey(token), index);
    if (namesake !== undefined)
      return [{ index, message: `a symbol that entry ${namesake + 1} does not have already` }];
    if (twin !== undefined)
      return [{ index, message: `another token than entry ${twin + 1}, which has the same contract or id` }];
    return [];
  });
}

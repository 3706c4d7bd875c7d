import type { Law, Problem, SourceFile } from '../workspace/model.ts';

const generalPackage = 'packages/observability/';

/** Words of this project's trade. They are matched as whole words inside names: `gemScore` holds `gem`, `CoinGecko` holds `coingecko`. */
const tradeWords = new Set([
  ...['gem', 'gems', 'gemscore', 'scan', 'scans', 'scanned', 'scanner', 'scanning', 'watchlist'],
  ...['coingecko', 'dexscreener', 'goplus', 'honeypot', 'memecoin', 'altcoin', 'blockchain', 'ethereum', 'solana'],
  ...['liquidity', 'wallet', 'wallets', 'rugpull', 'tokenomics', 'marketcap', 'trading', 'narrative'],
]);

/**
 * "token" alone is everybody's word: a bearer's, a parser's. It is ours when one of these follows: `token_symbol`.
 * (`token_count` is not listed: it is what language models count.)
 */
const tokenCompanions = new Set([
  'symbol',
  'symbols',
  'contract',
  'address',
  'holder',
  'holders',
  'price',
  'report',
  'pair',
]);

/** Redaction must leave `token_symbol` alone while it removes `token`; tests show that sink by sink. */
const mayNameTokens = /redact/;

/** observability serves any Node service: a word of our trade in it is a dependency that no import shows. */
export const domainWords: Law = {
  name: 'no domain words in observability',
  check: (workspace) => workspace.files.filter((file) => file.path.startsWith(generalPackage)).flatMap(findWords),
};

function findWords(file: SourceFile): Problem[] {
  return file.text.split('\n').flatMap((line, index) => {
    const tokensAllowed = file.role === 'test' || mayNameTokens.test(file.path);
    const found = domainWordsOf(line, { tokensAllowed });
    return found.map((word) => ({
      file: file.path,
      line: index + 1,
      what: `"${word}" is a word of the trade`,
      remedy: 'say it in general terms (a job, an item, a label value), or move the code to the package it is about',
    }));
  });
}

function domainWordsOf(line: string, options: { readonly tokensAllowed: boolean }): string[] {
  const words = wordsOf(line);
  return words.flatMap(({ word, next, joined }) => {
    if (tradeWords.has(word)) return [word];
    if (joined && tradeWords.has(word + next)) return [word + next];
    const isCompound = word === 'token' && joined && tokenCompanions.has(next);
    return isCompound && !options.tokensAllowed ? [`${word} ${next}`] : [];
  });
}

interface Word {
  readonly word: string;
  readonly next: string;
  /** The next word belongs to the same name: `tokenSymbol`, `token_symbol`, `token.symbol`. */
  readonly joined: boolean;
}

function wordsOf(line: string): Word[] {
  const found = [...line.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)];
  return found.map((match, index) => {
    const next = found[index + 1];
    const gap = next === undefined ? ' ' : line.slice(match.index + match[0].length, next.index);
    return { word: match[0].toLowerCase(), next: next?.[0].toLowerCase() ?? '', joined: /^[_.-]?$/.test(gap) };
  });
}

import type { TokenView } from '@autotrader/contracts';

const verdictOrder = ['gem', 'watch', 'avoid', 'insufficient_data'] as const;

/** What is worth a look first, then by score; what has no verdict comes last. Equal ones keep the watchlist's order. */
export function inBoardOrder(tokens: readonly TokenView[]): readonly TokenView[] {
  return tokens.toSorted((a, b) => rank(a) - rank(b) || score(b) - score(a));
}

function rank({ latest }: TokenView): number {
  return latest?.verdict ? verdictOrder.indexOf(latest.verdict) : verdictOrder.length;
}

function score({ latest }: TokenView): number {
  return latest?.gem_score?.value ?? -1;
}

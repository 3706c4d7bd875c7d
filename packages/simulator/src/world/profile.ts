import { createStream, type RandomStream } from '../random.ts';
import { drawAddress } from './addresses.ts';
import type { FlagPattern } from './contract-flags.ts';
import type { WorldChain } from './counters.ts';
import { cycleDays } from './cycle.ts';
import type { Range, SecurityKind, TokenKind } from './kinds.ts';
import type { TokenName } from './names.ts';
import { drawTexts, type TokenTexts } from './texts.ts';

/** All about one token that does not change with time. */
export interface TokenProfile {
  readonly kind: TokenKind;
  readonly naming: TokenName;
  readonly contract?: { readonly chain: WorldChain; readonly address: string };
  /** Before drift and wandering. */
  readonly basePriceUsd: number;
  readonly totalSupply: number;
  readonly circulatingSupply: number;
  readonly isCapped: boolean;
  readonly depthUsd: number;
  readonly reportedFactor: number;
  readonly buys24h: number;
  readonly sellsPerBuy: number;
  readonly usdPerTrade: number;
  /** Where the token stands in its own cycle at time 0. */
  readonly offsetDays: number;
  readonly texts?: TokenTexts;
  readonly sentimentUpPercent: number | null;
  readonly watchlistUsers: number | null;
  readonly commits4Weeks: number | null;
  readonly security?: SecurityProfile;
  readonly pairAddresses: readonly string[];
  /** For everything that does not deserve a field: addresses of holders and the like. */
  readonly label: string;
}

export interface SecurityProfile {
  readonly flags: FlagPattern;
  readonly holders: number;
  readonly top10Fraction: number;
  readonly creatorFraction: number;
  readonly ownerFraction: number;
  readonly lpLockedFraction: number;
  readonly buyTaxFraction: number;
  readonly sellTaxFraction: number;
  readonly creatorAddress: string;
  readonly ownerAddress: string;
  readonly holderAddresses: readonly string[];
}

/** Supplies are round numbers, as they are when somebody chose them. */
const supplies = [21e6, 100e6, 250e6, 1e9, 10e9] as const;

const poolsPerToken = 4;
const holdersShown = 10;

/** Draws a token of a kind. The same seed, index and kind give the same token. */
export function drawProfile(seed: number, index: number, given: { kind: TokenKind; naming: TokenName }): TokenProfile {
  const { kind, naming } = given;
  const label = `token/${index}/${naming.symbol}`;
  const stream = createStream(seed, label);
  const draw = (range: Range): number => stream.between(range[0], range[1]);
  const chain = kind.chains === 'native' ? undefined : stream.pick(kind.chains);
  const totalSupply = stream.pick(supplies);
  const circulatingSupply = Math.round(totalSupply * draw(kind.circulatingFraction));
  const { listing, security } = kind;
  return {
    kind,
    naming,
    label,
    ...(chain === undefined ? {} : { contract: { chain, address: drawAddress(stream, chain) } }),
    basePriceUsd: draw(kind.marketCapUsd) / circulatingSupply,
    totalSupply,
    circulatingSupply,
    isCapped: stream.chance(0.7),
    depthUsd: draw(kind.depthUsd),
    reportedFactor: draw(kind.reportedFactor),
    buys24h: draw(kind.buys24h),
    sellsPerBuy: draw(kind.sellsPerBuy),
    usdPerTrade: draw(kind.usdPerTrade),
    offsetDays: stream.between(0, cycleDays),
    sentimentUpPercent: listing?.sentimentUpPercent ? percent(draw(listing.sentimentUpPercent)) : null,
    watchlistUsers: listing?.watchlistUsers ? Math.round(draw(listing.watchlistUsers)) : null,
    commits4Weeks: listing?.commits4Weeks ? Math.round(draw(listing.commits4Weeks)) : null,
    ...(listing === null ? {} : { texts: drawTexts(stream, listing.tone, naming.name) }),
    ...(security === null || chain === undefined ? {} : { security: drawSecurity(stream, security, chain) }),
    pairAddresses: Array.from({ length: poolsPerToken }, () => drawAddress(stream, chain ?? 'ethereum')),
  };
}

const percent = (value: number): number => Math.round(value * 100) / 100;

function drawSecurity(stream: RandomStream, kind: SecurityKind, chain: WorldChain): SecurityProfile {
  const draw = (range: Range): number => stream.between(range[0], range[1]);
  const ownerFraction = draw(kind.ownerFraction);
  const address = (): string => drawAddress(stream, chain);
  const isOwned = ownerFraction > 0 || kind.flags['is_mintable'] === true || kind.flags['hidden_owner'] === true;
  return {
    flags: kind.otherFlags !== undefined && stream.chance(0.5) ? kind.otherFlags : kind.flags,
    holders: Math.round(draw(kind.holders)),
    top10Fraction: draw(kind.top10Fraction),
    creatorFraction: draw(kind.creatorFraction),
    ownerFraction,
    lpLockedFraction: draw(kind.lpLockedFraction),
    buyTaxFraction: roundTax(draw(kind.buyTaxFraction)),
    sellTaxFraction: roundTax(draw(kind.sellTaxFraction)),
    creatorAddress: address(),
    ownerAddress: isOwned ? address() : '',
    holderAddresses: Array.from({ length: holdersShown + 3 }, address),
  };
}

/** Taxes are set by people: whole tenths of a percent. */
const roundTax = (fraction: number): number => Math.round(fraction * 1000) / 1000;

import { coingeckoFake } from './coingecko/fake.ts';
import { coingeckoRecording } from './coingecko/recording.ts';
import { dexscreenerFake } from './dexscreener/fake.ts';
import { dexscreenerRecording } from './dexscreener/recording.ts';
import { goplusFake } from './goplus/fake.ts';
import { goplusRecording } from './goplus/recording.ts';
import type { SourceFake } from './imitation/market-token.ts';
import type { RecordingReader } from './imitation/recorded-reply.ts';

export type {
  FakeReply,
  FakeRequest,
  MarketHolder,
  MarketListing,
  MarketPool,
  MarketSecurity,
  MarketSnapshot,
  MarketSupply,
  MarketToken,
  MarketTrading,
  SourceFake,
  TradingWindow,
} from './imitation/market-token.ts';
export { tradingWindows } from './imitation/market-token.ts';
export type { RecordedReply, RecordedSource, RecordedToken, RecordingReader } from './imitation/recorded-reply.ts';
export { referencePricesUsd } from './imitation/reference-prices.ts';

/** The imitation of every source, in the order in which a simulated market mounts them. */
export const fakes: readonly SourceFake[] = [coingeckoFake, dexscreenerFake, goplusFake];

/** The readers of every source's recorded replies. */
export const recordingReaders: readonly RecordingReader[] = [coingeckoRecording, dexscreenerRecording, goplusRecording];

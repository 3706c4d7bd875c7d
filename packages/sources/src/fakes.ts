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
} from './market-token.ts';
export { tradingWindows } from './market-token.ts';
export type { RecordedReply, RecordedSource, RecordedToken, RecordingReader } from './recorded-reply.ts';

import type { Settings } from '../settings/settings.ts';
import { openLiveMarket } from './live-market.ts';
import type { Market } from './market.ts';
import { openReplayMarket } from './replay-market.ts';
import { openSimulatedMarket } from './simulated-market.ts';

const openers = {
  simulated: openSimulatedMarket,
  live: openLiveMarket,
  replay: openReplayMarket,
} as const;

/**
 * Opens the market that the settings name.
 *
 * @throws ServerError SRV_WATCHLIST_MISSING, SRV_WATCHLIST_EMPTY, SRV_RECORDINGS_MISSING, SRV_SIMULATOR_UNREACHABLE, SRV_PORT_IN_USE
 * @throws ConfigError for a faulty watchlist
 */
export function openMarket({ settings }: { readonly settings: Settings }): Promise<Market> {
  return openers[settings.market](settings);
}

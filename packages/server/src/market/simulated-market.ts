import { randomUUID } from 'node:crypto';
import { createWorld, startSimulator } from '@autotrader/simulator';
import type { Settings } from '../settings/settings.ts';
import { readWatchlist } from '../settings/watchlist.ts';
import { listen } from '../up/listening.ts';
import type { Market } from './market.ts';
import { baseUrlsAt, pointedAt } from './source-addresses.ts';

/** The seeded market: in this process, or in another one that `simulator.url` names. */
export async function openSimulatedMarket(settings: Settings): Promise<Market> {
  const { simulator, watchlistFile } = settings;
  const watchlist =
    watchlistFile === null ? createWorld({ seed: simulator.seed }).tokens : await readWatchlist(watchlistFile);
  const watchlistFrom = watchlistFile ?? `the simulated market (seed ${simulator.seed})`;
  const common = { kind: 'simulated', watchlist, watchlistFrom, now: Date.now, createId: randomUUID } as const;
  if (simulator.url !== null) {
    const baseUrls = baseUrlsAt(simulator.url);
    return {
      ...common,
      sourceSettings: pointedAt(settings.sources, baseUrls),
      url: null,
      close: () => Promise.resolve(),
    };
  }
  const running = await listen(
    {
      listener: 'simulator',
      address: simulator.address,
      port: simulator.port,
      flag: '`simulator.port`',
      env: 'configs/autotrader.yaml',
    },
    () => startSimulator({ seed: simulator.seed, port: simulator.port, address: simulator.address }),
  );
  return {
    ...common,
    sourceSettings: pointedAt(settings.sources, running.baseUrls),
    url: running.url,
    close: () => running.close(),
  };
}

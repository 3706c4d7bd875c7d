import { randomUUID } from 'node:crypto';
import { createWorld, startSimulator } from '@autotrader/simulator';
import type { Token } from '@autotrader/sources';
import { causeText, serverError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { readWatchlist } from '../settings/watchlist.ts';
import { listen } from '../up/listening.ts';
import type { Market } from './market.ts';
import { simulatedLimits, withSimulatedPlan } from './simulated-plan.ts';
import { baseUrlsAt, pointedAt } from './source-addresses.ts';

interface World {
  readonly url: string | null;
  readonly seed: number;
  readonly tokens: readonly Token[];
  readonly baseUrls: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The seeded market: in this process, or in another one that `simulator.url` names. */
export async function openSimulatedMarket(settings: Settings): Promise<Market> {
  const { watchlistFile } = settings;
  const ownTokens = watchlistFile === null ? null : await readWatchlist(watchlistFile);
  const { url } = settings.simulator;
  const world = url === null ? await startWorld(settings.simulator) : await findWorld(url);
  return {
    kind: 'simulated',
    sourceSettings: pointedAt(withSimulatedPlan(settings.sources), world.baseUrls),
    watchlist: ownTokens ?? world.tokens,
    watchlistFrom: watchlistFile ?? `the simulated market with seed ${world.seed}`,
    now: Date.now,
    momentOf: () => null,
    createId: randomUUID,
    url: world.url,
    close: world.close,
  };
}

async function startWorld({ seed, address, port }: Settings['simulator']): Promise<World> {
  const facts = {
    listener: 'simulator',
    address,
    port,
    flag: '`simulator.port`',
    env: '`autotrader simulator --port`',
  };
  const simulator = await listen(facts, () => startSimulator({ seed, address, port, limits: simulatedLimits }));
  return {
    url: simulator.url,
    seed,
    tokens: simulator.watchlist,
    baseUrls: simulator.baseUrls,
    close: () => simulator.close(),
  };
}

/** Long enough for a busy machine, short enough that a wrong address is noticed at the start. */
const answerWithinMs = 5_000;

async function findWorld(url: string): Promise<World> {
  const { seed, size } = await askWorld(url);
  return {
    url: null,
    seed,
    tokens: createWorld({ seed, size }).tokens,
    baseUrls: baseUrlsAt(url),
    close: () => Promise.resolve(),
  };
}

/** The seed decides which tokens there are, so it is asked for and not assumed. */
async function askWorld(url: string): Promise<{ seed: number; size: number }> {
  try {
    const response = await fetch(new URL('/_control/world', url), { signal: AbortSignal.timeout(answerWithinMs) });
    const body: unknown = await response.json();
    if (isWorld(body)) return { seed: body.seed, size: body.symbols.length };
    throw new Error(`it answered HTTP ${response.status} and not as a simulator would`);
  } catch (thrown) {
    throw serverError('SRV_SIMULATOR_UNREACHABLE', { url, cause: causeText(thrown) }, thrown);
  }
}

function isWorld(body: unknown): body is { seed: number; symbols: readonly unknown[] } {
  if (typeof body !== 'object' || body === null) return false;
  return 'seed' in body && Number.isInteger(body.seed) && 'symbols' in body && Array.isArray(body.symbols);
}

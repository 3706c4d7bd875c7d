import { createSources, type SourceReport, type Token } from '@autotrader/sources';
import { serverError } from '../errors.ts';
import { openMarket } from '../market/open-market.ts';
import type { Settings } from '../settings/settings.ts';
import { type DoctorResult, failed, passed } from './doctor-check.ts';

/** Asks every source for one token and says which answered. */
export async function checkSources(settings: Settings): Promise<DoctorResult> {
  const market = await openMarket({ settings });
  try {
    const sources = createSources({ settings: market.sourceSettings, now: market.now });
    try {
      const token = askable(market.watchlist, market.watchlistFrom);
      const deadlineAtMs = market.now() + settings.scan.deadlineMs;
      const reports = await Promise.all(sources.names.map((name) => sources.collect(name, token, { deadlineAtMs })));
      return verdictOf(reports, `${token.symbol}, ${market.kind} market`);
    } finally {
      await sources.close();
    }
  } finally {
    await market.close();
  }
}

/** A token with a contract and an id: the others are not known to every source. */
function askable(watchlist: readonly Token[], from: string): Token {
  const token = watchlist.find(({ contract, coingeckoId }) => contract && coingeckoId) ?? watchlist[0];
  if (token === undefined) throw serverError('SRV_WATCHLIST_EMPTY', { from });
  return token;
}

function verdictOf(reports: readonly SourceReport[], asked: string): DoctorResult {
  const silent = reports.filter(
    ({ calls }) => !calls.some(({ outcome }) => outcome === 'answered' || outcome === 'no_record'),
  );
  if (silent.length === 0) return passed(`${reports.map(({ source }) => source).join(', ')} answered (${asked})`);
  const causes = silent.map(({ source, calls }) => {
    const [call] = calls;
    return `${source}: ${call?.outcome ?? 'not asked'}${call?.detail === undefined ? '' : ` (${call.detail})`}`;
  });
  return failed(`${causes.join('; ')} (${asked})`, 'Check the network and the section `sources` of the settings.');
}

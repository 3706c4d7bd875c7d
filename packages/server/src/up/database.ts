import { openStore, type ScanStore } from '@autotrader/scanner';
import { causeText, serverError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';

/**
 * Opens the store of the settings and brings it up to date. A replay keeps nothing: its clock stands still, and
 * results of another time in the same store would make one run differ from the next.
 *
 * @throws ServerError SRV_STORE_UNAVAILABLE with path and remedy
 */
export async function openDatabase(settings: Settings): Promise<ScanStore> {
  const url = settings.market === 'replay' ? 'sqlite::memory:' : settings.databaseUrl;
  try {
    return await openStore({ url });
  } catch (thrown) {
    throw serverError('SRV_STORE_UNAVAILABLE', { url, cause: causeText(thrown) }, thrown);
  }
}

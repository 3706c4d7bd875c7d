import { openStore, type ScanStore } from '@autotrader/scanner';
import type { Settings } from '../settings/settings.ts';

/**
 * Opens the store of the settings and brings it up to date. A replay keeps nothing: its clock stands still, and
 * results of another time in the same store would make one run differ from the next.
 *
 * @throws StoreError of `@autotrader/scanner` with path and remedy
 */
export function openDatabase(settings: Settings): Promise<ScanStore> {
  return openStore({ url: settings.market === 'replay' ? 'sqlite::memory:' : settings.databaseUrl });
}

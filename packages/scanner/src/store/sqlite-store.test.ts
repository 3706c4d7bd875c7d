import { join } from 'node:path';
import { describeScanStore } from '../testing/scan-store-contract.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openStore } from './open-store.ts';

describeScanStore('SQLite in memory', () => openStore({ url: 'sqlite::memory:' }));
describeScanStore('SQLite in a file', () =>
  openStore({ url: `sqlite:${join(temporaryFolder(), 'deep', 'scans.db')}` }),
);

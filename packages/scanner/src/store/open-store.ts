import { Kysely } from 'kysely';
import { migrateToLatest } from './migrations.ts';
import { type ObservedStore, observeStore } from './observed-store.ts';
import { openSqlite, sqliteDialect } from './sqlite-connection.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { StoreError, toStoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

const prefix = 'sqlite:';

function pathOf(url: string): string {
  const path = url.startsWith(prefix) ? url.slice(prefix.length) : '';
  if (path !== '') return path;
  // The URL itself may hold a password, so that only its scheme is repeated.
  const scheme = /^[a-z0-9+.-]{1,20}:/i.exec(url)?.[0] ?? '(none)';
  throw new StoreError({ kind: 'url', path: scheme, detail: 'no store of this kind' });
}

/** Files are opened one after another: see `enqueue` for why a migration must have the process to itself. */
let lastOpening: Promise<unknown> = Promise.resolve();

async function openMigrated(path: string): Promise<Kysely<Tables>> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(openSqlite(path)) });
  try {
    await migrateToLatest(db, path);
    return db;
  } catch (thrown) {
    await db.destroy();
    throw toStoreError(path, thrown);
  }
}

/**
 * Opens the store at `url` and brings its tables to this version.
 * @param options.url `sqlite:PATH`, whose folder is made if need be, or `sqlite::memory:`, which ends with the process
 * @throws StoreError with a stable code whose message names the path and the remedy; nothing is left half-written
 */
export async function openStore(options: { readonly url: string }): Promise<ObservedStore> {
  const path = pathOf(options.url);
  const opening = lastOpening.then(() => openMigrated(path));
  lastOpening = opening.catch(() => undefined);
  const store = observeStore(createSqliteStore(await opening, path));
  await store.refreshSize();
  return store;
}

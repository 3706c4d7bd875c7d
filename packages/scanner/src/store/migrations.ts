import { type Kysely, type Migration, Migrator } from 'kysely';
import { StoreError, toStoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

/** Never edited once released, only added to: files out there carry the names of those that ran. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001_scans_and_features': {
    up: async (db) => {
      await db.schema
        .createTable('scans')
        .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('symbol', 'text', (column) => column.notNull())
        .addColumn('token', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('requested_at_ms', 'bigint', (column) => column.notNull())
        .addColumn('traceparent', 'text')
        .addColumn('attempt', 'integer', (column) => column.notNull())
        .addColumn('worker', 'text')
        .addColumn('lease_until_ms', 'bigint')
        .addColumn('finished_at_ms', 'bigint')
        .addColumn('verdict', 'text')
        .addColumn('gem_score', 'double precision')
        .addColumn('confidence', 'double precision')
        .addColumn('result', 'text')
        .execute();
      await db.schema.createIndex('scans_by_state').on('scans').columns(['state', 'requested_at_ms', 'seq']).execute();
      await db.schema.createIndex('scans_by_symbol').on('scans').columns(['symbol', 'finished_at_ms', 'seq']).execute();
      await db.schema
        .createTable('features')
        .addColumn('scan_id', 'text', (column) => column.notNull())
        .addColumn('symbol', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('value', 'double precision', (column) => column.notNull())
        .addColumn('observed_at_ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('features_pk', ['scan_id', 'name'])
        .execute();
      await db.schema
        .createIndex('features_by_symbol')
        .on('features')
        .columns(['symbol', 'name', 'observed_at_ms'])
        .execute();
    },
  },
};

/** Brings the tables to this version, in one transaction: a failure leaves the file as it was. */
export async function migrateToLatest(db: Kysely<Tables>, path: string, steps = migrations): Promise<void> {
  const names = Object.keys(steps);
  const ran = await namesThatRan(db);
  const unknown = ran.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    // It may hold what this version would misread or overwrite.
    const detail = `a later version changed it (${unknown.join(', ')})`;
    throw new StoreError({ kind: 'newer_schema', path, detail });
  }
  if (ran.length === names.length) return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...steps }) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  const classified = toStoreError(path, error);
  if (classified.kind !== 'failed') throw classified;
  const detail = `migration ${failed ?? 'to this version'} failed: ${classified.facts.detail}`;
  throw new StoreError({ kind: 'migration', path, detail }, { cause: error });
}

async function namesThatRan(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const own = db.withTables<{ kysely_migration: { name: string } }>();
  return (await own.selectFrom('kysely_migration').select('name').execute()).map(({ name }) => name);
}

import { Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrateToLatest, migrations } from './migrations.ts';
import { openSqlite, sqliteDialect } from './sqlite-connection.ts';
import type { Tables } from './tables.ts';

async function tablesOf(db: Kysely<Tables>): Promise<readonly string[]> {
  return (await db.introspection.getTables()).map((table) => table.name);
}

describe('migrations', () => {
  it('leave nothing behind when one of them fails half way', async () => {
    const db = new Kysely<Tables>({ dialect: sqliteDialect(openSqlite(':memory:')) });
    const failing = {
      ...migrations,
      '002_fails': {
        up: async (target: Kysely<never>) => {
          await sql`CREATE TABLE half (id text)`.execute(target);
          throw new Error('no such luck');
        },
      },
    };
    await expect(migrateToLatest(db, ':memory:', failing)).rejects.toMatchObject({
      code: 'STORE_MIGRATION_FAILED',
      message: expect.stringContaining('migration 002_fails failed: no such luck'),
    });
    expect(await tablesOf(db)).toEqual([]);
    await migrateToLatest(db, ':memory:');
    expect((await tablesOf(db)).toSorted()).toEqual(['features', 'scans']);
    await db.destroy();
  });

  it('may run any number of times', async () => {
    const db = new Kysely<Tables>({ dialect: sqliteDialect(openSqlite(':memory:')) });
    await migrateToLatest(db, ':memory:');
    await expect(migrateToLatest(db, ':memory:')).resolves.toBeUndefined();
    await db.destroy();
  });
});

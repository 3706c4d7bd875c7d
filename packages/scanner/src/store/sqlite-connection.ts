import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Dialect, type DialectAdapter, SqliteAdapter, type SqliteDatabase, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { StoreError, toStoreError } from './store-error.ts';

/** How long a write waits for another process's write before it fails with `STORE_BUSY`. */
const busyTimeoutMs = 5_000;

/**
 * Folder by folder: Node's recursive `mkdirSync` never returns where a parent exists and the system still answers
 * ENOENT, as it does below /proc.
 */
function makeFolders(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  const parent = dirname(folder);
  if (found === undefined && parent !== folder) makeFolders(parent);
  try {
    mkdirSync(folder);
  } catch (thrown) {
    // Another process that opens the same store may have been faster.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw thrown;
  }
}

function makeFolder(path: string): void {
  try {
    makeFolders(resolve(dirname(path)));
  } catch (cause) {
    const detail = `its folder cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new StoreError({ kind: 'unwritable', path, detail }, { cause });
  }
}

function openFile(path: string): Database.Database {
  try {
    return new Database(path);
  } catch (cause) {
    // libsql has only one message for a folder in place of a file, missing rights and a read-only disk.
    throw new StoreError({ kind: 'unwritable', path, detail: 'it cannot be opened' }, { cause });
  }
}

/**
 * Write-ahead log, so that readers never wait for the writer; NORMAL, which survives a killed process and may lose the
 * last commits only when the machine itself loses power.
 */
function configure(database: Database.Database): void {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  database.exec('PRAGMA foreign_keys = ON');
  database.exec('PRAGMA synchronous = NORMAL');
  // The first statement that reads the file: a file that is no database is refused here, before anything is written.
  database.prepare('SELECT count(*) FROM sqlite_master').all();
  database.exec('PRAGMA journal_mode = WAL');
}

/**
 * A transaction that reads first and writes later fails at once when another process wrote in between; taking the
 * write lock at its start makes it wait instead.
 */
function statementOf(sql: string): string {
  return sql === 'begin' ? 'begin immediate' : sql;
}

function checkpoint(database: Database.Database): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // Another process is reading; its close, or the next opening, does it.
  }
}

/** Opens or creates the file at `path` (`:memory:` for none). The only place that knows which SQLite library is used. */
export function openSqlite(path: string): SqliteDatabase {
  if (path !== ':memory:') makeFolder(path);
  const database = openFile(path);
  try {
    configure(database);
  } catch (thrown) {
    database.close();
    throw toStoreError(path, thrown);
  }
  return {
    prepare: (sql) => {
      const statement = database.prepare(statementOf(sql));
      return {
        reader: statement.reader,
        all: (parameters) => statement.all(parameters),
        run: (parameters) => statement.run(parameters),
        iterate: (parameters) => statement.iterate(parameters) as IterableIterator<unknown>,
      };
    },
    close: () => {
      checkpoint(database);
      database.close();
    },
  };
}

/**
 * Kysely migrates SQLite outside any transaction, since some of its users switch foreign keys off in a migration. Ours
 * do not, and need one: two processes that open a new file would both make its tables, and a failure leave half of them.
 */
function transactionalAdapter(): DialectAdapter {
  return Object.create(new SqliteAdapter(), { supportsTransactionalDdl: { value: true } }) as DialectAdapter;
}

export function sqliteDialect(database: SqliteDatabase): Dialect {
  const dialect = new SqliteDialect({ database });
  return {
    createDriver: () => dialect.createDriver(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createAdapter: transactionalAdapter,
  };
}

/** Codes of the store's errors. A code is never reused. */
export const storeErrorCodes = {
  /** The URL names no store we have. */
  url: 'STORE_URL_UNKNOWN',
  /** The folder or file cannot be created, opened or written. */
  unwritable: 'STORE_UNWRITABLE',
  /** The file is there and is no intact database of ours. */
  corrupt: 'STORE_CORRUPT',
  /** A later version of AutoTrader has changed the file. */
  newer_schema: 'STORE_SCHEMA_NEWER',
  /** The tables could not be brought to this version. */
  migration: 'STORE_MIGRATION_FAILED',
  /** Another process kept the file locked for too long. */
  busy: 'STORE_BUSY',
  /** No space left on the disk. */
  full: 'STORE_DISK_FULL',
  /** A value that no rule of its feature allows. */
  invalid_feature: 'STORE_FEATURE_INVALID',
  /** Anything else the database reported. */
  failed: 'STORE_FAILED',
} as const;

export type StoreErrorKind = keyof typeof storeErrorCodes;
export type StoreErrorCode = (typeof storeErrorCodes)[StoreErrorKind];

export interface StoreErrorFacts {
  readonly kind: StoreErrorKind;
  /** The file, as it was asked for. */
  readonly path: string;
  /** What came. */
  readonly detail: string;
}

const remedies: Record<StoreErrorKind, string> = {
  url: 'use sqlite:PATH or sqlite::memory:',
  unwritable: 'choose a folder this user may write to, or change its permissions',
  corrupt: 'move the file away to start with an empty one, or restore it from a copy',
  newer_schema: 'start the version that wrote it, or choose another file',
  migration: 'the file was left as it was; make a copy of it and report the message',
  busy: 'stop the other process that holds it, then try again',
  full: 'free some space, then try again',
  invalid_feature: 'the value was not stored',
  failed: 'try again; if it stays, move the file away to start with an empty one',
};

/** A store that could not do what it was asked. Callers branch on `code`; the message names path and remedy. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly kind: StoreErrorKind;
  readonly facts: StoreErrorFacts;

  constructor(facts: StoreErrorFacts, options?: { cause?: unknown }) {
    super(`store ${facts.path}: ${facts.detail}; ${remedies[facts.kind]}`, options);
    this.code = storeErrorCodes[facts.kind];
    this.kind = facts.kind;
    this.facts = facts;
  }
}

const sqliteKinds: readonly (readonly [prefix: string, kind: StoreErrorKind])[] = [
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_READONLY', 'unwritable'],
  ['SQLITE_CANTOPEN', 'unwritable'],
  ['SQLITE_PERM', 'unwritable'],
  ['SQLITE_IOERR', 'unwritable'],
];

/** What the database library threw, as one of our errors. */
export function toStoreError(path: string, thrown: unknown): StoreError {
  if (thrown instanceof StoreError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const kind = sqliteKinds.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'failed';
  return new StoreError({ kind, path, detail }, { cause: thrown });
}

import { type Kysely, sql } from 'kysely';
import type { FeatureName } from '../features/feature-names.ts';
import { categoryOf } from '../features/feature-registry.ts';
import type { ScanResult } from '../scan-result.ts';
import { finishedColumns, toQueuedScan, toScanRecord, toStoredFeature } from './rows.ts';
import type { QueuedScan, ScanRecord, ScanState, ScanStore, StoredFeature } from './scan-store.ts';
import { toStoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

const recordColumns = ['id', 'token', 'state', 'requested_at_ms', 'result'] as const;

type Db = Kysely<Tables>;

/**
 * One statement for any number of scans. No write here is a transaction of several statements: the driver waits for a
 * lock by blocking the process, so that one held across an `await` would keep a second connection of the same process
 * waiting for what can then never come.
 */
async function enqueue(db: Db, scans: Parameters<ScanStore['enqueue']>[0]): Promise<void> {
  const rows = scans.map(({ token, ...scan }) => ({ ...scan, symbol: token.symbol, token: JSON.stringify(token) }));
  await sql`
    INSERT INTO scans (id, symbol, token, state, requested_at_ms, traceparent, attempt)
    SELECT value ->> 'id', value ->> 'symbol', value ->> 'token', 'queued',
      value ->> 'requestedAtMs', value ->> 'traceparent', 0
    FROM json_each(${JSON.stringify(rows)}) WHERE true ORDER BY key
    ON CONFLICT (id) DO NOTHING`.execute(db);
}

/** One statement, so that two workers can never take the same scan. */
async function claim(db: Db, worker: string, time: { nowMs: number; leaseMs: number }) {
  return await db
    .updateTable('scans')
    .set((expression) => ({
      state: 'running' as const,
      worker,
      lease_until_ms: time.nowMs + time.leaseMs,
      attempt: expression('attempt', '+', 1),
    }))
    .where('seq', '=', (inner) =>
      inner
        .selectFrom('scans')
        .select('seq')
        .where((where) =>
          where.or([
            where('state', '=', 'queued'),
            where.and([where('state', '=', 'running'), where('lease_until_ms', '<=', time.nowMs)]),
          ]),
        )
        .orderBy('requested_at_ms')
        .orderBy('seq')
        .limit(1),
    )
    .returning(['id', 'token', 'requested_at_ms', 'traceparent', 'attempt'])
    .executeTakeFirst();
}

/** The first result stays; a scan that was never enqueued is stored as asked for when it started. */
async function complete(db: Db, result: ScanResult): Promise<void> {
  const finished = { ...finishedColumns(result), worker: null, lease_until_ms: null };
  await db
    .insertInto('scans')
    .values({
      id: result.id,
      symbol: result.token.symbol,
      token: JSON.stringify(result.token),
      requested_at_ms: result.startedAtMs,
      traceparent: null,
      attempt: 1,
      ...finished,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(finished).where('scans.result', 'is', null))
    .execute();
}

async function latest(db: Db) {
  const { rows } = await sql<Pick<Tables['scans'], (typeof recordColumns)[number]>>`
    SELECT id, token, state, requested_at_ms, result FROM (
      SELECT *, row_number() OVER (PARTITION BY symbol ORDER BY finished_at_ms DESC, seq DESC) AS place
      FROM scans WHERE result IS NOT NULL
    ) AS placed WHERE place = 1 ORDER BY symbol`.execute(db);
  return rows;
}

async function depth(db: Db): Promise<Readonly<Record<ScanState, number>>> {
  const counts = { queued: 0, running: 0, success: 0, failure: 0, timeout: 0 };
  const rows = await db
    .selectFrom('scans')
    .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  for (const { state, count } of rows) counts[state] = Number(count);
  return counts;
}

async function featureCounts(db: Db): Promise<Readonly<Record<string, number>>> {
  const rows = await db
    .selectFrom('features')
    .select(['name', 'scan_id', 'symbol', 'value', 'observed_at_ms', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('name')
    .execute();
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const feature = toStoredFeature(row);
    if (feature === null) continue;
    const category = categoryOf(feature.name);
    counts[category] = (counts[category] ?? 0) + Number(row.count);
  }
  return counts;
}

async function lastFeature(db: Db, symbol: string, name: FeatureName): Promise<StoredFeature | null> {
  const row = await db
    .selectFrom('features')
    .selectAll()
    .where('symbol', '=', symbol)
    .where('name', '=', name)
    .orderBy('observed_at_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toStoredFeature(row);
}

async function writeFeature(db: Db, feature: StoredFeature): Promise<void> {
  const { scanId, symbol, name, value, observedAtMs } = feature;
  await db
    .insertInto('features')
    .values({ scan_id: scanId, symbol, name, value, observed_at_ms: observedAtMs })
    .onConflict((conflict) => conflict.columns(['scan_id', 'name']).doNothing())
    .execute();
}

async function renew(db: Db, lease: { id: string; worker: string; untilMs: number }): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('scans')
    .set({ lease_until_ms: lease.untilMs })
    .where('id', '=', lease.id)
    .where('worker', '=', lease.worker)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

type Release = Parameters<ScanStore['release']>;

async function release(db: Db, [id, worker, because]: Release): Promise<void> {
  await db
    .updateTable('scans')
    .set((expression) => ({
      state: 'queued' as const,
      worker: null,
      lease_until_ms: null,
      attempt: expression('attempt', '-', because === 'stopped' ? 1 : 0),
    }))
    .where('id', '=', id)
    .where('worker', '=', worker)
    .where('state', '=', 'running')
    .execute();
}

/** The port over an open, migrated database. `path` is only for messages. */
export function createSqliteStore(db: Db, path: string): ScanStore {
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw toStoreError(path, thrown);
    }
  };
  const records = db.selectFrom('scans').select(recordColumns);
  const read = (query: { execute(): Promise<readonly Parameters<typeof toScanRecord>[0][]> }) =>
    guard(async (): Promise<readonly ScanRecord[]> => (await query.execute()).map((row) => toScanRecord(row, path)));

  return {
    enqueue: (scans) => guard(() => enqueue(db, scans)),
    claim: (worker, nowMs, leaseMs) =>
      guard(async (): Promise<QueuedScan | null> => {
        const row = await claim(db, worker, { nowMs, leaseMs });
        return row === undefined ? null : toQueuedScan(row, path);
      }),
    renew: (id, worker, ...[nowMs, leaseMs]) => guard(() => renew(db, { id, worker, untilMs: nowMs + leaseMs })),
    release: (...given) => guard(() => release(db, given)),
    complete: (result) => guard(() => complete(db, result)),
    get: async (id) => (await read(records.where('id', '=', id)))[0] ?? null,
    latest: () => read({ execute: () => latest(db) }),
    history: (symbol, limit) =>
      read(
        records
          .where('symbol', '=', symbol)
          .where('result', 'is not', null)
          .orderBy('finished_at_ms', 'desc')
          .orderBy('seq', 'desc')
          .limit(limit),
      ),
    list: ({ state, limit }) => {
      const chosen = state === undefined ? records : records.where('state', '=', state);
      return read(chosen.orderBy('requested_at_ms', 'desc').orderBy('seq', 'desc').limit(limit));
    },
    depth: () => guard(() => depth(db)),
    writeFeature: (feature) => guard(() => writeFeature(db, feature)),
    lastFeature: (symbol, name) => guard(() => lastFeature(db, symbol, name)),
    featureCounts: () => guard(() => featureCounts(db)),
    ping: () =>
      guard(async () => {
        await db.selectFrom('scans').select('seq').limit(1).execute();
      }),
    close: () => guard(() => db.destroy()),
  };
}

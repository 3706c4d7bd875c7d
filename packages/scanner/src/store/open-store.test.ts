import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { scoredScan, tokenOf } from '../testing/scan-store-contract.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openStore } from './open-store.ts';
import { StoreError } from './store-error.ts';

async function refusal(url: string): Promise<StoreError> {
  const thrown = await openStore({ url }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof StoreError)) throw new TypeError(`expected a StoreError, got ${String(thrown)}`);
  return thrown;
}

describe('opening a store', () => {
  it('makes the folder and finds everything again after closing', async () => {
    const url = `sqlite:${join(temporaryFolder(), 'a', 'b', 'scans.db')}`;
    const first = await openStore({ url });
    await first.complete(scoredScan('kept'));
    await first.close();
    const second = await openStore({ url });
    expect((await second.get('kept'))?.state).toBe('success');
    await second.close();
  });

  it('brings a new file to this version when two processes open it at once', async () => {
    const url = `sqlite:${join(temporaryFolder(), 'scans.db')}`;
    const stores = await Promise.all([openStore({ url }), openStore({ url }), openStore({ url })]);
    await stores[0]?.complete(scoredScan('x'));
    expect((await stores[2]?.get('x'))?.id).toBe('x');
    await Promise.all(stores.map((store) => store.close()));
  });

  it.each(['postgres://user:secret@host/db', 'sqlite:', 'scans.db', ''])(
    'refuses %j without repeating it',
    async (url) => {
      const error = await refusal(url);
      expect(error.code).toBe('STORE_URL_UNKNOWN');
      expect(error.message).toContain('use sqlite:PATH');
      expect(error.message).not.toContain('secret');
    },
  );

  it('names path and remedy when a file is in the way of the folder', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'not a folder');
    const error = await refusal(`sqlite:${join(folder, 'file', 'scans.db')}`);
    expect(error.code).toBe('STORE_UNWRITABLE');
    expect(error.message).toContain(join(folder, 'file', 'scans.db'));
    expect(error.message).toContain('choose a folder this user may write to');
  });

  it.skipIf(process.platform !== 'linux')(
    'says so where the system refuses the folder as if its parent were missing',
    async () => {
      expect((await refusal('sqlite:/proc/nowhere/scans.db')).code).toBe('STORE_UNWRITABLE');
    },
  );

  it('names path and remedy when the path is a folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'scans.db'));
    expect((await refusal(`sqlite:${join(folder, 'scans.db')}`)).code).toBe('STORE_UNWRITABLE');
  });

  it('refuses a file that is no database and leaves it as it was', async () => {
    const path = join(temporaryFolder(), 'scans.db');
    const content = 'precious notes, not a database\n'.repeat(200);
    writeFileSync(path, content);
    const error = await refusal(`sqlite:${path}`);
    expect(error.code).toBe('STORE_CORRUPT');
    expect(error.message).toContain('move the file away');
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('refuses a damaged database', async () => {
    const path = join(temporaryFolder(), 'scans.db');
    const store = await openStore({ url: `sqlite:${path}` });
    await store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 100, 4_000);
    writeFileSync(path, bytes);
    expect((await refusal(`sqlite:${path}`)).code).toBe('STORE_CORRUPT');
  });

  it('refuses a file that a later version has changed, and changes nothing', async () => {
    const path = join(temporaryFolder(), 'scans.db');
    const store = await openStore({ url: `sqlite:${path}` });
    await store.close();
    const raw = new Database(path);
    raw.exec("INSERT INTO kysely_migration VALUES ('999_from_the_future', '2030-01-01T00:00:00Z')");
    raw.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    raw.close();
    const before = readFileSync(path);
    const error = await refusal(`sqlite:${path}`);
    expect(error.code).toBe('STORE_SCHEMA_NEWER');
    expect(error.message).toContain('999_from_the_future');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('says which stored result cannot be read', async () => {
    const path = join(temporaryFolder(), 'scans.db');
    const store = await openStore({ url: `sqlite:${path}` });
    await store.complete(scoredScan('broken'));
    const raw = new Database(path);
    raw.exec('UPDATE scans SET result = \'{"status":"suc\'');
    raw.close();
    await expect(store.get('broken')).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining('result of scan broken cannot be read'),
    });
    await store.close();
  });
});

describe('two connections to one file', () => {
  it('never hand out the same scan twice', async () => {
    const url = `sqlite:${join(temporaryFolder(), 'scans.db')}`;
    const stores = await Promise.all([openStore({ url }), openStore({ url })]);
    const ids = Array.from({ length: 60 }, (_, index) => `s${index}`);
    const scans = ids.map((id) => ({ id, token: tokenOf('AAA'), requestedAtMs: 1, traceparent: null }));
    await stores[0]?.enqueue(scans);
    const claimAll = async (store: (typeof stores)[number], worker: string): Promise<readonly string[]> => {
      const taken: string[] = [];
      for (
        let next = await store.claim(worker, 10, 60_000);
        next !== null;
        next = await store.claim(worker, 10, 60_000)
      ) {
        taken.push(next.id);
      }
      return taken;
    };
    const workers = stores.flatMap((store, index) => [0, 1, 2].map((n) => claimAll(store, `w${index}-${n}`)));
    const taken = (await Promise.all(workers)).flat();
    expect(taken.toSorted()).toEqual(ids.toSorted());
    await Promise.all(stores.map((store) => store.close()));
  });
});

import { setImmediate } from 'node:timers/promises';
import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import { openStore, type Scanner, type ScanResult, type ScanStore } from '@autotrader/scanner';
import type { Token } from '@autotrader/sources';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atMs, eth, link, scoredScan, uni } from '../testing/scan-fixtures.ts';
import { createWorker, type Worker, type WorkerOptions } from './worker.ts';

let store: ScanStore;
let workers: Worker[];
let nowMs: number;
let recorder: Recorder;

beforeEach(async () => {
  store = await openStore({ url: 'sqlite::memory:' });
  workers = [];
  nowMs = atMs;
  recorder = createRecorder();
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close({ graceMs: 0 })));
  await store.close();
  recorder.close();
});

function start(scanner: Scanner, options: Partial<WorkerOptions> = {}): Worker {
  const worker = createWorker({
    store,
    scanner,
    now: () => nowMs,
    name: `worker-${workers.length + 1}`,
    concurrency: 2,
    leaseMs: 60_000,
    pollMs: 5,
    attempts: 3,
    ...options,
  });
  workers.push(worker);
  worker.start();
  return worker;
}

async function enqueue(...tokens: readonly Token[]): Promise<void> {
  await store.enqueue(
    tokens.map((token) => ({ id: `scan-${token.symbol}`, token, requestedAtMs: nowMs, traceparent: null })),
  );
}

function endOf(symbol: string): Promise<string> {
  return vi.waitFor(async () => {
    const record = await store.get(`scan-${symbol}`);
    if (record === null || record.result === null) throw new Error(`${symbol} has not ended`);
    return record.state;
  });
}

/** A scanner whose scans end when the test says so, and that stores as the real one does. */
function manualScanner() {
  const running = new Map<string, { end(): void; traceparent: string | undefined }>();
  const scanner: Scanner = {
    scan: (token, request = {}) =>
      new Promise<ScanResult>((resolve, reject) => {
        const { id = '', signal } = request;
        signal?.addEventListener('abort', () => {
          running.delete(token.symbol);
          reject(Object.assign(new Error('given up'), { code: 'SCAN_ABORTED' }));
        });
        const result = scoredScan({ id, token });
        const end = () => {
          running.delete(token.symbol);
          store.complete(result).then(() => resolve(result), reject);
        };
        running.set(token.symbol, { end, traceparent: request.traceparent });
      }),
  };
  const started = (symbol: string) =>
    vi.waitFor(() => {
      const scan = running.get(symbol);
      if (scan === undefined) throw new Error(`${symbol} has not started`);
      return scan;
    });
  return { scanner, started, symbols: () => [...running.keys()] };
}

/** Ends at once, as a stored success. */
const instantScanner: Scanner = {
  async scan(token, request = {}) {
    const result = scoredScan({ id: request.id ?? '', token });
    await store.complete(result);
    return result;
  },
};

describe('a worker', () => {
  it('takes up what waits, also what came after it looked', async () => {
    await enqueue(uni);
    start(instantScanner);
    expect(await endOf('UNI')).toBe('success');
    await enqueue(eth);
    expect(await endOf('ETH')).toBe('success');
  });

  it('counts and times what it ends, and shows what waits', async () => {
    await enqueue(uni, eth);
    const worker = start(instantScanner);
    await Promise.all(['UNI', 'ETH'].map(endOf));
    await worker.close({ graceMs: 1_000 });
    recorder.expectMetric('worker_jobs_total', { queue: 'scans', status: 'success' }, 2);
    recorder.expectMetric('worker_job_duration_seconds', { queue: 'scans' }, 2);
    recorder.expectMetric('worker_queue_depth', { queue: 'scans', state: 'queued' }, 0);
    recorder.expectMetric('worker_queue_depth', { queue: 'scans', state: 'running' }, 0);
  });

  it('is woken and does not wait for its next look', async () => {
    const worker = start(instantScanner, { pollMs: 3_600_000 });
    await setImmediate();
    await enqueue(uni);
    worker.wake();
    expect(await endOf('UNI')).toBe('success');
  });

  it('runs no more at a time than it may', async () => {
    const { scanner, started, symbols } = manualScanner();
    await enqueue(uni, eth, link);
    const worker = start(scanner);
    await Promise.all([started('UNI'), started('ETH')]);
    await setImmediate();
    expect(worker.running()).toBe(2);
    expect(symbols()).toEqual(['UNI', 'ETH']);
    (await started('UNI')).end();
    await started('LINK');
    for (const symbol of ['ETH', 'LINK']) (await started(symbol)).end();
    await Promise.all(['UNI', 'ETH', 'LINK'].map(endOf));
  });

  it('runs a scan in the trace of whoever asked for it', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await store.enqueue([{ id: 'scan-UNI', token: uni, requestedAtMs: nowMs, traceparent }]);
    const { scanner, started } = manualScanner();
    start(scanner);
    const scan = await started('UNI');
    expect(scan.traceparent).toBe(traceparent);
    scan.end();
    await endOf('UNI');
  });

  it('shares the queue with others: no scan runs twice', async () => {
    const seen: string[] = [];
    const counting: Scanner = {
      scan(token, request) {
        seen.push(token.symbol);
        return instantScanner.scan(token, request);
      },
    };
    start(counting);
    start(counting);
    await enqueue(uni, eth, link);
    await Promise.all(['UNI', 'ETH', 'LINK'].map(endOf));
    expect(seen.toSorted()).toEqual(['ETH', 'LINK', 'UNI']);
  });
});

describe('a worker that stops', () => {
  it('lets a running scan end within the grace', async () => {
    const { scanner, started } = manualScanner();
    await enqueue(uni, eth);
    const worker = start(scanner, { concurrency: 1 });
    const scan = await started('UNI');
    const closed = worker.close({ graceMs: 10_000 });
    scan.end();
    expect(await closed).toEqual({ finished: 1, released: 0 });
    expect(await store.get('scan-UNI')).toMatchObject({ state: 'success' });
    expect(await store.get('scan-ETH')).toMatchObject({ state: 'queued' });
  });

  it('hands back what does not end, and another worker ends it', async () => {
    const { scanner, started } = manualScanner();
    await enqueue(uni);
    const worker = start(scanner);
    await started('UNI');
    expect(await worker.close({ graceMs: 1 })).toEqual({ finished: 0, released: 1 });
    expect(await store.get('scan-UNI')).toMatchObject({ state: 'queued', result: null });
    start(instantScanner);
    expect(await endOf('UNI')).toBe('success');
  });

  it('may be told so twice, and before it started', async () => {
    const worker = createWorker({
      store,
      scanner: instantScanner,
      now: () => nowMs,
      name: 'idle',
      concurrency: 1,
      leaseMs: 1_000,
      pollMs: 5,
      attempts: 3,
    });
    expect(await worker.close({ graceMs: 10 })).toEqual({ finished: 0, released: 0 });
    expect(await worker.close({ graceMs: 10 })).toEqual({ finished: 0, released: 0 });
  });
});

describe('when something breaks', () => {
  it('a scan whose worker died is taken up when its lease has run out', async () => {
    await enqueue(uni);
    await store.claim('a worker that was killed', nowMs, 60_000);
    start(instantScanner);
    await setImmediate();
    expect(await store.get('scan-UNI')).toMatchObject({ state: 'running' });
    nowMs += 60_001;
    expect(await endOf('UNI')).toBe('success');
  });

  it('keeps its lease while a scan takes long', async () => {
    const renewed = vi.fn(store.renew);
    const { scanner, started } = manualScanner();
    await enqueue(uni);
    start(scanner, { store: { ...store, renew: renewed }, leaseMs: 30 });
    const scan = await started('UNI');
    await vi.waitFor(() => expect(renewed.mock.calls.length).toBeGreaterThan(2));
    scan.end();
    await endOf('UNI');
  });

  it('gives up a scan that another worker has taken over, and does not hand it back', async () => {
    const released = vi.fn(store.release);
    const { scanner, symbols } = manualScanner();
    await enqueue(uni);
    start(scanner, { store: { ...store, renew: () => Promise.resolve(false), release: released }, leaseMs: 30 });
    await vi.waitFor(() => recorder.line('worker_lease_lost', { token_symbol: 'UNI' }));
    await vi.waitFor(() => expect(symbols()).toEqual([]));
    await setImmediate();
    expect(released).not.toHaveBeenCalled();
  });

  it('a scan that throws every time is given up after its attempts, as a failure that says so', async () => {
    const scan = vi.fn(() => Promise.reject(new Error('a bug')));
    await enqueue(uni);
    start({ scan });
    expect(await endOf('UNI')).toBe('failure');
    expect(scan).toHaveBeenCalledTimes(3);
    expect(await store.get('scan-UNI')).toMatchObject({ result: { error: { code: 'SRV_SCAN_ABANDONED' } } });
  });

  it('a result that could not be stored is not lost: the scan is done again', async () => {
    let calls = 0;
    const scanner: Scanner = {
      scan(token, request = {}) {
        calls += 1;
        if (calls > 1) return instantScanner.scan(token, request);
        const error = { code: 'SCAN_NOT_STORED', type: 'store', message: 'disk full' };
        const { id, startedAtMs, finishedAtMs } = scoredScan({ id: request.id ?? '' });
        return Promise.resolve({
          id,
          token,
          status: 'failure',
          startedAtMs,
          finishedAtMs,
          traceId: null,
          calls: [],
          missing: [],
          error,
        });
      },
    };
    await enqueue(uni);
    start(scanner);
    expect(await endOf('UNI')).toBe('success');
  });

  it('a store that fails for a while is asked again', async () => {
    let failures = 3;
    const claim: ScanStore['claim'] = (...args) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new Error('locked')) : store.claim(...args);
    };
    await enqueue(uni);
    start(instantScanner, { store: { ...store, claim } });
    expect(await endOf('UNI')).toBe('success');
    expect(recorder.lines('worker_store_failed')).toHaveLength(1);
    expect(recorder.lines('worker_store_recovered')).toHaveLength(1);
  });
});

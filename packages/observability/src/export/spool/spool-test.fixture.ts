import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { Signal } from '../signal.ts';
import { createDiskSpool, type DiskSpoolOptions } from './disk-spool.ts';
import { type ProcessIdentity, readProcessIdentity } from './process-identity.ts';
import type { Spool, SpoolLossReason, SpoolObserver } from './spool.ts';

/** What an observer was told. */
export interface Told {
  bytes: number;
  readonly lost: { readonly signal: Signal; readonly reason: SpoolLossReason; readonly records: number }[];
  readonly changes: string[];
}

/** An observer that remembers. */
export function createRecorder(): { readonly told: Told; readonly observer: SpoolObserver } {
  const told: Told = { bytes: 0, lost: [], changes: [] };
  const observer: SpoolObserver = {
    bytes: (onDisk) => (told.bytes = onDisk),
    lost: (signal, reason, records) => told.lost.push({ signal, reason, records }),
    changed: (state, reason) => told.changes.push(`${state} ${reason}`.trim()),
  };
  return { told, observer };
}

/** Records lost for a reason. */
export function lostFor(told: Told, reason: SpoolLossReason): number {
  return told.lost.filter((one) => one.reason === reason).reduce((sum, { records }) => sum + records, 0);
}

/** A folder of its own for one test. */
export function createFolder(): string {
  return mkdtempSync(join(tmpdir(), 'disk-spool-test-'));
}

/** Removes it with all that is in it. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** A spool with time by hand. */
export interface OpenedSpool {
  readonly spool: Spool;
  readonly told: Told;
  readonly time: { epochMs: number; steadyMs: number };
}

/** Opens a spool of exporter `backend`. */
export async function openSpool(directory: string, options: Partial<DiskSpoolOptions> = {}): Promise<OpenedSpool> {
  const { told, observer } = createRecorder();
  const time = { epochMs: 1_700_000_000_000, steadyMs: 0 };
  const spool = await createDiskSpool({
    directory,
    exporter: 'backend',
    maxBytes: 1_048_576,
    maxAgeMs: 86_400_000,
    observer,
    now: () => time.epochMs,
    steadyNow: () => time.steadyMs,
    ...options,
  });
  return { spool, told, time };
}

/** A batch whose body is text. */
export function toBatch(text: string, options: Partial<EncodedBatch> = {}): EncodedBatch {
  return {
    signal: 'traces',
    contentType: 'application/x-protobuf',
    records: 1,
    isImportant: false,
    body: Buffer.from(text),
    ...options,
  };
}

/** The text of the batch that is next, which stays. */
export async function peek(spool: Spool, signal: Signal = 'traces'): Promise<string | undefined> {
  const next = await spool.next(signal);
  return next === undefined ? undefined : Buffer.from(next.batch.body).toString();
}

/** All that is there, delivered. */
export async function drain(spool: Spool, signal: Signal = 'traces'): Promise<string[]> {
  const texts: string[] = [];
  for (let next = await spool.next(signal); next !== undefined; next = await spool.next(signal)) {
    texts.push(Buffer.from(next.batch.body).toString());
    await next.done();
  }
  return texts;
}

/** Paths of all segment files below a directory. */
export function segmentFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.spool'))
    .sort()
    .map((path) => join(directory, path));
}

/** A process that is not there any more: no system gives out numbers as high as these. */
export function endedProcess(number: number): ProcessIdentity {
  return { machine, namespace, pid: 4_194_305 + number, start: '1' };
}

const { machine, namespace } = await readProcessIdentity();

import { randomInt } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Signal, signals } from '../signal.ts';

/** A batch on disk that is not done. */
export interface StoredBatch {
  readonly sequence: number;
  readonly segment: Segment;
  readonly offset: number;
  readonly frameBytes: number;
  readonly records: number;
  /** By the steady clock where this process wrote it, by the wall clock where an earlier one did. */
  readonly spooledMs: number;
  /** `given` while a caller has it to send. */
  state: 'waiting' | 'given' | 'gone';
}

/** A file of frames of one signal and one importance, so that what is dropped first lies together and frees its bytes. */
export interface Segment {
  readonly path: string;
  readonly signal: Signal;
  readonly isImportant: boolean;
  readonly salt: number;
  /** Left by another process; never written to except to mark batches as done. */
  readonly isAdopted: boolean;
  readonly batches: StoredBatch[];
  /** Of them, those not done. */
  live: number;
  /** Bytes of the file, done batches included. */
  bytes: number;
  /** Being written to at this moment. */
  isBusy: boolean;
  isGone: boolean;
}

/** What a segment's file name says. */
export type SegmentName = Pick<Segment, 'signal' | 'isImportant' | 'salt'>;

const namePattern = /^\d{6,12}\.(logs|metrics|traces)\.(important|normal)\.([0-9a-f]{8})\.spool$/;

// Windows knows neither; there they are nothing.
const notThroughLinks = constants.O_NOFOLLOW ?? 0;
/** A pipe that somebody put there must not be waited for. */
const notWaiting = constants.O_NONBLOCK ?? 0;

/** For a file that must not exist yet. */
export const newFileFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | notThroughLinks;

/** Nobody else reads what was logged. */
export const newFileMode = 0o600;

/** A segment without a file yet. */
export function defineSegment(place: string, number: number, kind: Pick<Segment, 'signal' | 'isImportant'>): Segment {
  const salt = randomInt(2 ** 32);
  const importance = kind.isImportant ? 'important' : 'normal';
  const name = `${String(number).padStart(6, '0')}.${kind.signal}.${importance}.${salt.toString(16).padStart(8, '0')}.spool`;
  return { ...emptySegment, ...kind, path: join(place, name), salt, isAdopted: false, batches: [] };
}

/** A segment that another process wrote. */
export function toAdoptedSegment(path: string, name: SegmentName): Segment {
  return { ...emptySegment, ...name, path, isAdopted: true, batches: [] };
}

const emptySegment = { live: 0, bytes: 0, isBusy: false, isGone: false };

/** `undefined` for a file that is not ours. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const [, signalName, importance, salt] = namePattern.exec(name) ?? [];
  const signal = signals.find((one) => one === signalName);
  if (signal === undefined || salt === undefined) return undefined;
  return { signal, isImportant: importance === 'important', salt: Number.parseInt(salt, 16) };
}

/** Opens what is there, for reading and marking. */
export async function openSegment(path: string): Promise<FileHandle> {
  return await open(path, constants.O_RDWR | notThroughLinks | notWaiting);
}

/** Writes all of it, however often the system takes only a part. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Fewer bytes where the file ends. */
export async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

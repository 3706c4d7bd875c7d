import { type FileHandle, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { signals } from '../signal.ts';
import { isCounted, markCounted } from './damage-marks.ts';
import { codeOf } from './disk-health.ts';
import type { Inventory } from './inventory.ts';
import { openSegment, parseSegmentName, type Segment, type StoredBatch, toAdoptedSegment } from './segment.ts';
import { readSegment, type SegmentContent } from './segment-reading.ts';
import type { SpoolObserver } from './spool.ts';

/** Of one file, no more is read; no process of ours comes near it. */
const longestFileBytes = 2 ** 30;

/** What a place held. */
export interface PlaceReading {
  /** The highest sequence in it, 0 where there is none. */
  readonly newest: number;
  /** False where a file could not be opened; reading again tries those that are not in the inventory yet. */
  readonly isComplete: boolean;
}

/** Takes stock of a place that another process filled. */
export async function readPlace(path: string, inventory: Inventory, observer: SpoolObserver): Promise<PlaceReading> {
  const found: StoredBatch[] = [];
  const known = new Set([...inventory.segments].map((segment) => segment.path));
  const files = await listSegments(path).catch((error) => (codeOf(error) === 'ENOENT' ? [] : undefined));
  let isComplete = files !== undefined;
  for (const file of files ?? []) {
    if (known.has(file.path)) continue;
    try {
      for (const batch of await readAdopted(file, inventory, observer)) found.push(batch);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') isComplete = false;
    }
  }
  found.sort((a, b) => a.sequence - b.sequence);
  for (const signal of signals) {
    const batches = found.filter(({ segment }) => segment.signal === signal);
    inventory.addBatches(batches.filter(({ segment }) => segment.isImportant));
    inventory.addBatches(batches.filter(({ segment }) => !segment.isImportant));
  }
  return { newest: found.at(-1)?.sequence ?? 0, isComplete };
}

async function listSegments(path: string): Promise<readonly Segment[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const name = entry.isFile() ? parseSegmentName(entry.name) : undefined;
    return name === undefined ? [] : [toAdoptedSegment(join(path, entry.name), name)];
  });
}

async function readAdopted(segment: Segment, inventory: Inventory, observer: SpoolObserver): Promise<StoredBatch[]> {
  const handle = await openSegment(segment.path);
  try {
    const batches = await readBatches(handle, segment, observer);
    if (batches.length === 0) await unlink(segment.path);
    else inventory.addSegment(segment);
    return batches;
  } finally {
    await handle.close();
  }
}

async function readBatches(handle: FileHandle, segment: Segment, observer: SpoolObserver): Promise<StoredBatch[]> {
  const { size } = await handle.stat();
  segment.bytes = Math.min(size, longestFileBytes);
  if (size > longestFileBytes) {
    observer.lost(segment.signal, 'spool_corrupted', 1);
    await handle.truncate(longestFileBytes);
  }
  const content = await readSegment(handle, segment.bytes, segment.salt);
  for (const damage of content.damages) {
    if (damage.records === 0 || (await isCounted(handle, damage))) continue;
    observer.lost(segment.signal, 'spool_corrupted', damage.records);
    await markCounted(handle, damage).catch(() => undefined);
  }
  return toBatches(segment, content);
}

function toBatches(segment: Segment, { frames }: SegmentContent): StoredBatch[] {
  return frames
    .filter(({ header }) => !header.isDone)
    .map(({ offset, header }) => ({
      sequence: header.sequence,
      segment,
      offset,
      frameBytes: header.frameBytes,
      records: header.records,
      spooledMs: header.spooledAtMs,
      state: 'waiting',
    }));
}

import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { signals } from '../signal.ts';
import { isCounted, markCounted } from './damage-marks.ts';
import type { Inventory } from './inventory.ts';
import { parseSegmentName, type Segment, type StoredBatch, toAdoptedSegment, withSegment } from './segment.ts';
import { readSegment, type SegmentContent } from './segment-reading.ts';
import type { SpoolObserver } from './spool.ts';

/** Who learns of what was found. */
export interface AdoptionOptions {
  readonly inventory: Inventory;
  readonly observer: SpoolObserver;
}

/** Of one file, no more is read; no process of ours comes near it. */
const longestFileBytes = 2 ** 30;

/** Takes stock of a place that another process filled; returns the highest sequence in it. */
export async function readPlace(path: string, options: AdoptionOptions): Promise<number> {
  const found: StoredBatch[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const name = entry.isFile() ? parseSegmentName(entry.name) : undefined;
    if (name === undefined) continue;
    try {
      for (const batch of await readAdopted(toAdoptedSegment(join(path, entry.name), name, 0), options))
        found.push(batch);
    } catch {
      // Cannot be opened now; it stays, and whoever adopts the place next tries again.
    }
  }
  found.sort((a, b) => a.sequence - b.sequence);
  for (const signal of signals) {
    const batches = found.filter(({ segment }) => segment.signal === signal);
    options.inventory.addBatches(batches.filter(({ segment }) => segment.isImportant));
    options.inventory.addBatches(batches.filter(({ segment }) => !segment.isImportant));
  }
  return found.at(-1)?.sequence ?? 0;
}

async function readAdopted(segment: Segment, options: AdoptionOptions): Promise<StoredBatch[]> {
  const batches = await withSegment(segment.path, async (handle) => {
    const { size } = await handle.stat();
    segment.bytes = Math.min(size, longestFileBytes);
    if (size > longestFileBytes) {
      options.observer.lost(segment.signal, 'spool_corrupted', 1);
      await handle.truncate(longestFileBytes);
    }
    const content = await readSegment(handle, segment.bytes, segment.salt);
    for (const damage of content.damages) {
      if (damage.records === 0 || (await isCounted(handle, damage))) continue;
      options.observer.lost(segment.signal, 'spool_corrupted', damage.records);
      await markCounted(handle, damage).catch(() => undefined);
    }
    return toBatches(segment, content);
  });
  if (batches.length === 0) await unlink(segment.path);
  else options.inventory.addSegment(segment);
  return batches;
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

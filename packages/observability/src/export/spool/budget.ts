import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Inventory } from './inventory.ts';
import { parsePlaceName } from './place-name.ts';
import { parseSegmentName, type Segment } from './segment.ts';

/** The memory for a batch's entry is bounded by this: tiny batches fill the spool by number, not by bytes. */
const bytesForOneBatch = 1_024;

/** How much of the exporter's cap this process may use. */
export interface Budget {
  /** Looks at what other processes that live keep for the same exporter. */
  measure(otherPlaces: readonly string[]): Promise<void>;
  /**
   * Makes room by forgetting whole segments: oldest first, those with errors last and never for a batch without. Returns
   * the forgotten ones, whose files are to be removed, and whether the room is there.
   */
  makeRoom(bytes: number, isImportant: boolean): { readonly evicted: readonly Segment[]; readonly isEnough: boolean };
}

/**
 * The cap is one for all processes that share the exporter's folder: each may use what the others leave, but always as
 * much as every other, so that together they come to rest below the cap.
 */
export function createBudget(inventory: Inventory, maxBytes: number): Budget {
  const maxBatches = Math.max(1, Math.floor(maxBytes / bytesForOneBatch));
  let allowedBytes = maxBytes;

  const isFull = (bytes: number): boolean =>
    inventory.bytes + bytes > allowedBytes || inventory.batches >= (bytes === 0 ? maxBatches + 1 : maxBatches);

  const couldFit = (bytes: number, isImportant: boolean): boolean => {
    if (bytes > allowedBytes) return false;
    return isImportant || bytes === 0 || importantBytes(inventory) + bytes <= allowedBytes;
  };

  return {
    async measure(otherPlaces) {
      const owners = new Set(otherPlaces.map(ownerOf));
      let otherBytes = 0;
      for (const place of otherPlaces) otherBytes += await bytesIn(place);
      allowedBytes = Math.max(Math.floor(maxBytes / (owners.size + 1)), maxBytes - otherBytes);
    },
    makeRoom(bytes, isImportant) {
      const evicted: Segment[] = [];
      if (!couldFit(bytes, isImportant)) return { evicted, isEnough: false };
      while (isFull(bytes)) {
        const victim = (inventory.oldest(false) ?? (isImportant ? inventory.oldest(true) : undefined))?.segment;
        if (victim === undefined || victim.isBusy) return { evicted, isEnough: false };
        inventory.dropSegment(victim, 'spool_full');
        evicted.push(victim);
      }
      return { evicted, isEnough: true };
    },
  };
}

function importantBytes(inventory: Inventory): number {
  let bytes = 0;
  for (const segment of inventory.segments) if (segment.isImportant) bytes += segment.bytes;
  return bytes;
}

function ownerOf(place: string): string {
  const name = parsePlaceName(basename(place));
  return name?.kind === 'owned' ? `${name.owner.machine} ${name.owner.namespace} ${name.owner.pid}` : '';
}

async function bytesIn(place: string): Promise<number> {
  let bytes = 0;
  // Files come and go there while we look.
  for (const name of await readdir(place).catch(() => [])) {
    if (parseSegmentName(name) === undefined) continue;
    bytes += await stat(join(place, name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}

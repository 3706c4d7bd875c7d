import type { FileHandle } from 'node:fs/promises';
import { readExactly, writeAll } from './segment.ts';
import type { Damage } from './segment-reading.ts';

const chunkBytes = 65_536;
/** In no magic, and not what disks fill with by themselves. */
const filler = 0xfe;
const fillerChunk = Buffer.alloc(chunkBytes, filler);

/** Whether another process found the same damage before and counted it. */
export async function isCounted(handle: FileHandle, damage: Damage): Promise<boolean> {
  for (let at = damage.from; at < damage.to; at += chunkBytes) {
    const chunk = await readExactly(handle, at, Math.min(chunkBytes, damage.to - at));
    if (!fillerChunk.subarray(0, chunk.length).equals(chunk)) return false;
  }
  return true;
}

/** Makes the damage known to whoever reads the file next, so that it is counted once. */
export async function markCounted(handle: FileHandle, damage: Damage): Promise<void> {
  for (let at = damage.from; at < damage.to; at += chunkBytes) {
    await writeAll(handle, fillerChunk.subarray(0, Math.min(chunkBytes, damage.to - at)), at);
  }
}

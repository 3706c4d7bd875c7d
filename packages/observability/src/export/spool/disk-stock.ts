import { unlinkSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { codeOf } from './disk-health.ts';
import { Inventory } from './inventory.ts';
import type { Segment, StoredBatch } from './segment.ts';
import { type FrameReading, SegmentReader } from './segment-reader.ts';
import { SegmentWriter, type SegmentWriterOptions } from './segment-writer.ts';
import type { SpoolLossReason, SpoolObserver } from './spool.ts';

/** Batches and the files they are in, kept alike: what memory forgets goes from the disk, now or as soon as it can. */
export class DiskStock {
  readonly inventory: Inventory;
  readonly writer: SegmentWriter;
  readonly #reader = new SegmentReader();
  /** Not to be offered again, but the disk would not take the mark. */
  #unmarked: StoredBatch[] = [];
  /** Not needed any more, but the disk would not let them go. */
  readonly #undeleted = new Set<string>();

  constructor(observer: SpoolObserver, options: Omit<SegmentWriterOptions, 'inventory'>) {
    this.inventory = new Inventory(observer);
    this.writer = new SegmentWriter({ ...options, inventory: this.inventory });
  }

  async read(batch: StoredBatch): Promise<FrameReading> {
    return await this.#reader.read(batch);
  }

  /** @param batches of one segment @param reason why they are lost; without one they were delivered */
  async discard(batches: readonly StoredBatch[], reason?: SpoolLossReason): Promise<void> {
    const segment = batches[0]?.segment;
    if (segment === undefined) return;
    for (const batch of batches) this.inventory.drop(batch, reason);
    if (segment.live === 0 && !segment.isBusy) return await this.remove(segment);
    await this.#mark(segment, batches);
  }

  async remove(segment: Segment): Promise<void> {
    await this.forget(segment);
    await this.#unlink(segment.path);
  }

  /** For a process that has no turn of the event loop left, and a segment that was forgotten already. */
  removeSync({ path }: Segment): void {
    try {
      unlinkSync(path);
    } catch {
      this.#undeleted.add(path);
    }
  }

  async removeEmptied(): Promise<void> {
    for (const segment of this.inventory.segments) {
      if (segment.live === 0 && !segment.isBusy) await this.remove(segment);
    }
  }

  /** Leaves the file alone: it is not there any more, or somebody else's. */
  async forget(segment: Segment, reason?: SpoolLossReason): Promise<void> {
    this.inventory.dropSegment(segment, reason);
    await this.writer.release(segment);
    await this.#reader.release(segment);
  }

  /** Tries again what the disk refused before. */
  async retry(): Promise<void> {
    const batches = this.#unmarked;
    this.#unmarked = [];
    for (const batch of batches) if (!batch.segment.isGone) await this.#mark(batch.segment, [batch]);
    for (const path of this.#undeleted) await this.#unlink(path);
  }

  async close(): Promise<void> {
    await this.writer.close();
    await this.#reader.release();
  }

  async #mark(segment: Segment, batches: readonly StoredBatch[]): Promise<void> {
    try {
      await this.#reader.markDone(segment, batches);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#unmarked.push(...batches);
    }
  }

  async #unlink(path: string): Promise<void> {
    try {
      await unlink(path);
      this.#undeleted.delete(path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') this.#undeleted.delete(path);
      else this.#undeleted.add(path);
    }
  }
}

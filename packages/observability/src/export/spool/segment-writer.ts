import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { encodeFrame, type FrameContent } from './frame.ts';
import type { Inventory } from './inventory.ts';
import type { Place } from './places.ts';
import { defineSegment, newFileFlags, newFileMode, type Segment, type StoredBatch, writeAll } from './segment.ts';

/** Where and how large segments are. */
export interface SegmentWriterOptions {
  readonly inventory: Inventory;
  readonly segmentBytes: number;
  readonly steadyMs: () => number;
}

interface OpenSegment<T> {
  readonly segment: Segment;
  readonly file: T;
  isDirty: boolean;
}

/**
 * Appends frames to the newest segment of their signal and importance. What is written without waiting goes to files of
 * its own, so that it cannot end up in the middle of a frame that is still being written.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  readonly #open = new Map<string, OpenSegment<FileHandle>>();
  readonly #openSync = new Map<string, OpenSegment<number>>();
  #number = 0;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
  }

  async append(place: Place, content: FrameContent, frameBytes: number): Promise<void> {
    const key = keyOf(content);
    const found = this.#open.get(key);
    if (found !== undefined && !this.#hasRoom(found.segment, place, frameBytes)) await this.release(found.segment);
    const target = this.#open.get(key) ?? (await this.#create(place, content));
    const { segment, file } = target;
    const offset = this.#reserve(segment, frameBytes);
    try {
      await writeAll(file, encodeFrame(content, segment.salt), offset);
      // Writing to a file that was removed works, and nobody will ever read it.
      if ((await file.stat()).nlink === 0) throw new RemovedError();
      target.isDirty = true;
    } catch (error) {
      this.#giveBack(segment, frameBytes);
      await file.truncate(offset).catch(() => undefined);
      await this.release(segment);
      throw error;
    } finally {
      segment.isBusy = false;
    }
    this.#options.inventory.addBatches([this.#toStored(segment, offset, content, frameBytes)]);
  }

  appendSync(place: Place, content: FrameContent, frameBytes: number): void {
    const key = keyOf(content);
    const found = this.#openSync.get(key);
    if (found !== undefined && !this.#hasRoom(found.segment, place, frameBytes)) this.#releaseSync(found.segment);
    const { segment, file } = this.#openSync.get(key) ?? this.#createSync(place, content);
    const offset = this.#reserve(segment, frameBytes);
    try {
      const frame = encodeFrame(content, segment.salt);
      for (let written = 0; written < frame.length; ) {
        written += writeSync(file, frame, written, frame.length - written, offset + written);
      }
      if (fstatSync(file).nlink === 0) throw new RemovedError();
    } catch (error) {
      this.#giveBack(segment, frameBytes);
      this.#undoSync(file, offset);
      this.#releaseSync(segment);
      throw error;
    } finally {
      segment.isBusy = false;
    }
    this.#options.inventory.addBatches([this.#toStored(segment, offset, content, frameBytes)]);
  }

  /** Closes the file where it is open. */
  async release(segment: Segment): Promise<void> {
    this.#releaseSync(segment);
    const key = keyOf(segment);
    const found = this.#open.get(key);
    if (found?.segment !== segment) return;
    this.#open.delete(key);
    if (found.isDirty && !segment.isGone) await found.file.datasync().catch(() => undefined);
    await found.file.close().catch(() => undefined);
  }

  /** Brings to the disk what the system still holds in memory. */
  async sync(): Promise<void> {
    for (const target of this.#open.values()) {
      if (!target.isDirty) continue;
      target.isDirty = false;
      await target.file.datasync();
    }
  }

  async close(): Promise<void> {
    for (const { segment } of [...this.#open.values(), ...this.#openSync.values()]) await this.release(segment);
  }

  #hasRoom(segment: Segment, place: Place, frameBytes: number): boolean {
    return (
      !segment.isGone && segment.path.startsWith(place.path) && segment.bytes + frameBytes <= this.#options.segmentBytes
    );
  }

  async #create(place: Place, content: FrameContent): Promise<OpenSegment<FileHandle>> {
    const segment = this.#define(place, content);
    const file = await open(segment.path, newFileFlags, newFileMode);
    return this.#remember(this.#open, { segment, file, isDirty: false });
  }

  #createSync(place: Place, content: FrameContent): OpenSegment<number> {
    const segment = this.#define(place, content);
    return this.#remember(this.#openSync, {
      segment,
      file: openSync(segment.path, newFileFlags, newFileMode),
      isDirty: false,
    });
  }

  #remember<T>(files: Map<string, OpenSegment<T>>, target: OpenSegment<T>): OpenSegment<T> {
    files.set(keyOf(target.segment), target);
    this.#options.inventory.addSegment(target.segment);
    return target;
  }

  #define(place: Place, { signal, isImportant }: FrameContent): Segment {
    this.#number += 1;
    return defineSegment(place.path, this.#number, { signal, isImportant });
  }

  #reserve(segment: Segment, frameBytes: number): number {
    const offset = segment.bytes;
    segment.isBusy = true;
    segment.bytes += frameBytes;
    this.#options.inventory.resize(frameBytes);
    return offset;
  }

  #giveBack(segment: Segment, frameBytes: number): void {
    segment.bytes -= frameBytes;
    this.#options.inventory.resize(-frameBytes);
  }

  #undoSync(file: number, offset: number): void {
    try {
      ftruncateSync(file, offset);
    } catch {
      // The half frame stays and is found to be one.
    }
  }

  #releaseSync(segment: Segment): void {
    const key = keyOf(segment);
    const found = this.#openSync.get(key);
    if (found?.segment !== segment) return;
    this.#openSync.delete(key);
    try {
      closeSync(found.file);
    } catch {
      // Closed is all that is wanted.
    }
  }

  #toStored(segment: Segment, offset: number, content: FrameContent, frameBytes: number): StoredBatch {
    const { sequence, records } = content;
    const spooledMs = this.#options.steadyMs();
    return { sequence, segment, offset, frameBytes, records, spooledMs, state: 'waiting' };
  }
}

/** The file was taken away while it was open. */
class RemovedError extends Error {
  readonly code = 'ENOENT';

  constructor() {
    super('ENOENT: the file was removed while it was written');
  }
}

function keyOf({ signal, isImportant }: Pick<Segment, 'signal' | 'isImportant'>): string {
  return `${signal} ${isImportant}`;
}

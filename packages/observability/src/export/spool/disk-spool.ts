import { unlinkSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncodedBatch } from '../encoded-batch.ts';
import { type Signal, signals } from '../signal.ts';
import { readPlace } from './adoption.ts';
import { asItIs, type PackedBody, packBody, unpackBody } from './body-compression.ts';
import { type Budget, createBudget } from './budget.ts';
import { codeOf, createDiskHealth, type DiskHealth } from './disk-health.ts';
import { type FrameContent, frameBytesOf, longestContentTypeBytes } from './frame.ts';
import { Inventory } from './inventory.ts';
import { Places } from './places.ts';
import { type ProcessIdentity, readProcessIdentity } from './process-identity.ts';
import { markDone, readFrame, type Segment, type StoredBatch } from './segment.ts';
import { SegmentWriter } from './segment-writer.ts';
import { createSerial } from './serial.ts';
import type { Spool, SpooledBatch, SpoolLossReason, SpoolObserver, SpoolWrite } from './spool.ts';
import { toFolderName } from './spool-directory.ts';
import { createSteadyClock, type SteadyClock } from './steady-clock.ts';
import { openOwnFolder, openTrustedDirectory } from './trusted-directory.ts';

/** Where a spool is, how much it keeps and whom it tells. */
export interface DiskSpoolOptions {
  readonly directory: string;
  /** Name of the exporter: each has a folder of its own, shared by all processes of the service. */
  readonly exporter: string;
  /** Of all segments of the exporter, those of other processes included. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly observer: SpoolObserver;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds by a clock that never jumps, e.g. `performance.now`. */
  readonly steadyNow: () => number;
  /** This process, unless a test plays another. */
  readonly identity?: ProcessIdentity;
}

const tickMs = 10_000;
/** Well before others would think that this process ended. */
const longestUnseenMs = 20_000;
const largestSegmentBytes = 8 * 1_024 * 1_024;
/** What is evicted at once is one of these at least. */
const segmentsInCap = 16;

const written: SpoolWrite = { kind: 'written' };

/**
 * Opens the spool of one exporter and adopts what ended processes left. Never rejects: a directory that cannot be used is
 * a spool that refuses, says so once and tries again.
 *
 * A batch is in the hands of the system when `write` resolves, so that `kill -9` loses nothing; it is brought to the disk
 * when its segment is full and every ten seconds, which is what a power cut can cost. The same holds for `done`: a batch
 * that was sent but not yet marked when the process ended is sent again.
 */
export async function createDiskSpool(options: DiskSpoolOptions): Promise<Spool> {
  const spool = new DiskSpool(options, options.identity ?? (await readProcessIdentity()));
  await spool.open();
  return spool;
}

class DiskSpool implements Spool {
  readonly #options: DiskSpoolOptions;
  readonly #identity: ProcessIdentity;
  readonly #serial = createSerial();
  readonly #clock: SteadyClock;
  readonly #health: DiskHealth;
  readonly #inventory: Inventory;
  readonly #budget: Budget;
  readonly #writer: SegmentWriter;
  /** Written by `writeSync` while `write` was still compressing them. */
  readonly #writtenSync = new WeakSet<EncodedBatch>();
  /** Done, but the disk would not take the mark. */
  #unmarked: StoredBatch[] = [];
  /** Done or evicted as a whole, but the disk would not let them go. */
  readonly #undeleted = new Set<string>();
  #places: Places | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sequence = 0;
  #state: 'open' | 'closing' | 'closed' = 'open';

  constructor(options: DiskSpoolOptions, identity: ProcessIdentity) {
    this.#options = options;
    this.#identity = identity;
    this.#clock = createSteadyClock(options.now, options.steadyNow);
    this.#health = createDiskHealth(options.observer, options.steadyNow);
    this.#inventory = new Inventory(options.observer);
    this.#budget = createBudget(this.#inventory, options.maxBytes);
    this.#writer = new SegmentWriter({
      inventory: this.#inventory,
      segmentBytes: Math.min(largestSegmentBytes, Math.floor(options.maxBytes / segmentsInCap)),
      steadyMs: options.steadyNow,
    });
  }

  async open(): Promise<void> {
    await this.#tick();
    this.#timer = setInterval(() => void this.#tick(), tickMs);
    this.#timer.unref();
  }

  async write(batch: EncodedBatch): Promise<SpoolWrite> {
    if (this.#state !== 'open' || !this.#health.mayTry()) return refusal('spool_unwritable');
    const packing = packBody(batch.body);
    return await this.#serial.run(async () => this.#store(batch, await packing)).catch((error) => this.#fail(error));
  }

  writeSync(batch: EncodedBatch): SpoolWrite {
    if (this.#state === 'closed' || this.#places === undefined) return refusal('spool_unwritable');
    const content = this.#toContent(batch, asItIs(batch.body));
    try {
      const { evicted, isEnough } = this.#budget.makeRoom(frameBytesOf(content), content.isImportant);
      for (const { path } of evicted) this.#unlinkSync(path);
      if (!isEnough) return refusal('spool_full');
      this.#writer.appendSync(this.#places.currentSync(), content, frameBytesOf(content));
      this.#writtenSync.add(batch);
      this.#health.worked();
      return written;
    } catch (error) {
      return this.#fail(error);
    }
  }

  async next(signal: Signal): Promise<SpooledBatch | undefined> {
    if (this.#state === 'closed') return undefined;
    return await this.#serial.run(() => this.#read(signal)).catch(() => undefined);
  }

  waiting(signal: Signal): number {
    return this.#inventory.waiting(signal);
  }

  async close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    clearInterval(this.#timer);
    await this.#serial.run(() => this.#release()).catch(() => undefined);
    this.#state = 'closed';
  }

  async #store(batch: EncodedBatch, packed: PackedBody): Promise<SpoolWrite> {
    if (this.#writtenSync.has(batch)) return written;
    if (Buffer.byteLength(batch.contentType) > longestContentTypeBytes) return refusal('spool_unwritable');
    const content = this.#toContent(batch, packed);
    const frameBytes = frameBytesOf(content);
    const places = await this.#ready();
    if (places.silentMs > longestUnseenMs) await this.#beat(places);
    const { evicted, isEnough } = this.#budget.makeRoom(frameBytes, content.isImportant);
    for (const segment of evicted) await this.#remove(segment);
    if (!isEnough) return refusal('spool_full');
    try {
      await this.#writer.append(await places.current(), content, frameBytes);
    } catch (error) {
      await this.#removeEmptied();
      if (codeOf(error) !== 'ENOENT') throw error;
      // The directory was taken away: what was in it is lost, this batch need not be.
      await this.#reopen(places);
      await this.#writer.append(await places.current(), content, frameBytes);
    }
    this.#health.worked();
    return written;
  }

  async #read(signal: Signal): Promise<SpooledBatch | undefined> {
    this.#inventory.decide(signal);
    for (let stored = this.#inventory.first(signal); stored !== undefined; stored = this.#inventory.first(signal)) {
      if (this.#isExpired(stored)) {
        await this.#discard([stored], 'spool_expired');
        continue;
      }
      const reading = await readFrame(stored);
      if (reading.kind === 'unreadable') {
        this.#health.failed(reading.error);
        return undefined;
      }
      if (reading.kind === 'gone') {
        await this.#dropMissing(stored.segment);
        continue;
      }
      const batch = reading.kind === 'read' ? await toBatch(reading) : undefined;
      // A write without waiting may have evicted it while it was read.
      if (stored.state === 'gone') continue;
      if (batch !== undefined) return this.#give(stored, batch);
      await this.#discard([stored], 'spool_corrupted');
    }
    return undefined;
  }

  #give(stored: StoredBatch, batch: EncodedBatch): SpooledBatch {
    stored.state = 'given';
    return { batch, done: () => this.#serial.run(() => this.#finish(stored)).catch(() => undefined) };
  }

  async #finish(stored: StoredBatch): Promise<void> {
    this.#inventory.rescue(stored);
    if (this.#state !== 'closed' && stored.state !== 'gone') await this.#discard([stored]);
  }

  /** @param batches of one segment @param reason why they are lost; without one they were delivered */
  async #discard(batches: readonly StoredBatch[], reason?: SpoolLossReason): Promise<void> {
    const segment = batches[0]?.segment;
    if (segment === undefined) return;
    for (const batch of batches) this.#inventory.drop(batch, reason);
    if (segment.live === 0 && !segment.isBusy) return await this.#remove(segment);
    await markDone(segment, batches).catch((error) => {
      if (codeOf(error) !== 'ENOENT') this.#unmarked.push(...batches);
    });
  }

  async #remove(segment: Segment): Promise<void> {
    this.#inventory.dropSegment(segment);
    await this.#writer.release(segment);
    await this.#unlink(segment.path);
  }

  async #unlink(path: string): Promise<void> {
    try {
      await unlink(path);
      this.#undeleted.delete(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#undeleted.add(path);
    }
  }

  #unlinkSync(path: string): void {
    try {
      unlinkSync(path);
    } catch {
      this.#undeleted.add(path);
    }
  }

  async #removeEmptied(): Promise<void> {
    for (const segment of this.#inventory.segments) {
      if (segment.live === 0 && !segment.isBusy) await this.#remove(segment);
    }
  }

  async #ready(): Promise<Places> {
    if (this.#places !== undefined) return this.#places;
    const folder = await this.#openFolder();
    this.#places = new Places({
      folder,
      identity: this.#identity,
      nowMs: this.#options.now,
      steadyMs: this.#options.steadyNow,
    });
    return this.#places;
  }

  async #openFolder(): Promise<string> {
    const uid = process.getuid?.();
    const folder = join(await openTrustedDirectory(this.#options.directory, uid), toFolderName(this.#options.exporter));
    await openOwnFolder(folder, uid);
    return folder;
  }

  async #reopen(places: Places): Promise<void> {
    await this.#openFolder();
    await this.#beat(places);
    places.moveOn();
  }

  async #tick(): Promise<void> {
    if (this.#places === undefined && !this.#health.mayTry()) return;
    await this.#serial.run(() => this.#maintain()).catch((error) => this.#fail(error));
  }

  async #maintain(): Promise<void> {
    if (this.#state !== 'open') return;
    const places = await this.#ready();
    await this.#beat(places);
    for (const place of await places.adopt()) {
      const newest = await readPlace(place.path, { inventory: this.#inventory, observer: this.#options.observer });
      // As in Lamport's clock: what is written from now on is newer than all that was found.
      this.#sequence = Math.max(this.#sequence, newest);
    }
    await this.#budget.measure(await places.others());
    for (const segment of this.#budget.makeRoom(0, true).evicted) await this.#remove(segment);
    await this.#expire();
    await this.#markAgain();
    await this.#writer.sync();
    await this.#tidy(places);
  }

  async #beat(places: Places): Promise<void> {
    for (const { place, isTaken } of await places.beat()) {
      for (const segment of this.#inventory.segments) {
        if (!segment.path.startsWith(place.path)) continue;
        this.#inventory.dropSegment(segment, isTaken ? undefined : 'spool_unwritable');
        await this.#writer.release(segment);
      }
    }
  }

  async #dropMissing(segment: Segment): Promise<void> {
    if (this.#places !== undefined) await this.#beat(this.#places);
    this.#inventory.dropSegment(segment, 'spool_unwritable');
    await this.#writer.release(segment);
  }

  async #expire(): Promise<void> {
    for (const signal of signals) {
      for (let stored = this.#inventory.first(signal); stored !== undefined; stored = this.#inventory.first(signal)) {
        if (!this.#isExpired(stored)) break;
        const { segment } = stored;
        await this.#discard(
          segment.batches.filter((batch) => batch.state !== 'gone' && this.#isExpired(batch)),
          'spool_expired',
        );
      }
    }
  }

  #isExpired({ segment, spooledMs }: StoredBatch): boolean {
    const { maxAgeMs } = this.#options;
    const nowMs = this.#clock.steadyMs();
    if (!segment.isAdopted) return nowMs - spooledMs > maxAgeMs;
    return this.#clock.isSettled() && nowMs - this.#clock.fromEpochMs(spooledMs) > maxAgeMs;
  }

  async #markAgain(): Promise<void> {
    const batches = this.#unmarked;
    this.#unmarked = [];
    for (const batch of batches) {
      await markDone(batch.segment, [batch]).catch((error) => {
        if (codeOf(error) !== 'ENOENT') this.#unmarked.push(batch);
      });
    }
    for (const path of this.#undeleted) await this.#unlink(path);
  }

  /** A spool that keeps nothing leaves no files. */
  async #tidy(places: Places): Promise<void> {
    await this.#removeEmptied();
    const used = [...this.#inventory.segments].map(({ path }) => path);
    for (const place of places.own) {
      if (!used.some((path) => path.startsWith(place.path))) await places.removeEmpty(place);
    }
  }

  async #release(): Promise<void> {
    this.#inventory.decide();
    await this.#markAgain();
    await this.#removeEmptied();
    await this.#writer.close();
    await this.#places?.release();
  }

  #toContent(batch: EncodedBatch, packed: PackedBody): FrameContent {
    this.#sequence += 1;
    const { signal, contentType, isImportant, records } = batch;
    return {
      ...packed,
      ...{ signal, contentType, isImportant, records },
      sequence: this.#sequence,
      spooledAtMs: this.#options.now(),
    };
  }

  #fail(error: unknown): SpoolWrite {
    this.#health.failed(error);
    return refusal('spool_unwritable');
  }
}

async function toBatch(reading: Extract<Awaited<ReturnType<typeof readFrame>>, { kind: 'read' }>) {
  const { header, payload } = reading;
  const body = await unpackBody({ payload, isGzip: header.isGzip, bodyBytes: header.bodyBytes });
  if (body === undefined) return undefined;
  const { signal, contentType, records, isImportant } = header;
  return { signal, contentType, records, isImportant, body };
}

function refusal(reason: SpoolLossReason): SpoolWrite {
  return { kind: 'refused', reason };
}

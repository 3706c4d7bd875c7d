import { join } from 'node:path';
import type { EncodedBatch } from '../encoded-batch.ts';
import { type Signal, signals } from '../signal.ts';
import { readPlace } from './adoption.ts';
import { asItIs, type PackedBody, packBody, unpackBody } from './body-compression.ts';
import { type Budget, createBudget } from './budget.ts';
import { codeOf, createDiskHealth, type DiskHealth } from './disk-health.ts';
import { DiskStock } from './disk-stock.ts';
import { type FrameContent, frameBytesOf, longestContentTypeBytes } from './frame.ts';
import { type Place, Places } from './places.ts';
import { type ProcessIdentity, readProcessIdentity } from './process-identity.ts';
import type { Segment, StoredBatch } from './segment.ts';
import type { FrameReading } from './segment-reader.ts';
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
 * that was sent but not yet marked when the process ended is sent again, and so is one whose mark a read-only disk refused.
 *
 * Counts are exact wherever a header can be read; a stretch without any counts as one record. What is evicted while a caller
 * has it to send is counted when it is not delivered either: at the next `next` of its signal, or at `close`.
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
  readonly #stock: DiskStock;
  readonly #budget: Budget;
  /** Written by `writeSync` while `write` was still compressing them. */
  readonly #writtenSync = new WeakSet<EncodedBatch>();
  /** Adopted, and not everything there could be opened yet. */
  readonly #unread = new Set<Place>();
  #places: Places | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isTicking = false;
  #sequence = 0;
  #state: 'open' | 'closing' | 'closed' = 'open';

  constructor(options: DiskSpoolOptions, identity: ProcessIdentity) {
    this.#options = options;
    this.#identity = identity;
    this.#clock = createSteadyClock(options.now, options.steadyNow);
    this.#health = createDiskHealth(options.observer, options.steadyNow);
    this.#stock = new DiskStock(options.observer, {
      segmentBytes: Math.min(largestSegmentBytes, Math.floor(options.maxBytes / segmentsInCap)),
      steadyMs: options.steadyNow,
    });
    this.#budget = createBudget(this.#stock.inventory, options.maxBytes);
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
    try {
      const content = this.#toContent(batch, asItIs(batch.body));
      const { evicted, isEnough } = this.#budget.makeRoom(frameBytesOf(content), content.isImportant);
      for (const segment of evicted) this.#stock.removeSync(segment);
      if (!isEnough) return refusal('spool_full');
      this.#stock.writer.appendSync(this.#places.currentSync(), content, frameBytesOf(content));
      this.#writtenSync.add(batch);
      this.#health.worked();
      return written;
    } catch (error) {
      return this.#fail(error);
    }
  }

  async next(signal: Signal): Promise<SpooledBatch | undefined> {
    if (this.#state !== 'open') return undefined;
    return await this.#serial.run(() => this.#read(signal)).catch(() => undefined);
  }

  waiting(signal: Signal): number {
    return this.#stock.inventory.waiting(signal);
  }

  async close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    clearInterval(this.#timer);
    await this.#serial.run(() => this.#release()).catch(() => undefined);
  }

  async #store(batch: EncodedBatch, packed: PackedBody): Promise<SpoolWrite> {
    if (this.#writtenSync.has(batch)) return written;
    if (!this.#health.mayTry()) return refusal('spool_unwritable');
    if (Buffer.byteLength(batch.contentType) > longestContentTypeBytes) return refusal('spool_unwritable');
    const content = this.#toContent(batch, packed);
    const frameBytes = frameBytesOf(content);
    const places = await this.#ready();
    if (places.silentMs > longestUnseenMs) await this.#beat(places);
    const { evicted, isEnough } = this.#budget.makeRoom(frameBytes, content.isImportant);
    for (const segment of evicted) await this.#stock.remove(segment);
    if (!isEnough) return refusal('spool_full');
    try {
      await this.#stock.writer.append(await places.current(), content, frameBytes);
    } catch (error) {
      await this.#stock.removeEmptied();
      if (codeOf(error) !== 'ENOENT') throw error;
      // The directory was taken away: what was in it is lost, this batch need not be.
      await this.#reopen(places);
      await this.#stock.writer.append(await places.current(), content, frameBytes);
    }
    this.#health.worked();
    return written;
  }

  async #read(signal: Signal): Promise<SpooledBatch | undefined> {
    const { inventory } = this.#stock;
    inventory.decide(signal);
    for (let stored = inventory.first(signal); stored !== undefined; stored = inventory.first(signal)) {
      if (this.#isExpired(stored)) {
        await this.#stock.discard([stored], 'spool_expired');
        continue;
      }
      const reading = await this.#stock.read(stored);
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
      await this.#stock.discard([stored], 'spool_corrupted');
    }
    return undefined;
  }

  #give(stored: StoredBatch, batch: EncodedBatch): SpooledBatch {
    stored.state = 'given';
    return { batch, done: () => this.#serial.run(() => this.#finish(stored)).catch(() => undefined) };
  }

  async #finish(stored: StoredBatch): Promise<void> {
    this.#stock.inventory.rescue(stored);
    if (this.#state !== 'closed' && stored.state !== 'gone') await this.#stock.discard([stored]);
  }

  async #ready(): Promise<Places> {
    if (this.#places !== undefined) return this.#places;
    const folder = await this.#openFolder();
    this.#health.worked();
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
    // On a disk that hangs they would pile up.
    if (this.#isTicking || (this.#places === undefined && !this.#health.mayTry())) return;
    this.#isTicking = true;
    await this.#serial.run(() => this.#maintain()).catch((error) => this.#fail(error));
    this.#isTicking = false;
  }

  async #maintain(): Promise<void> {
    if (this.#state !== 'open') return;
    const places = await this.#ready();
    await this.#beat(places);
    for (const place of await places.adopt()) this.#unread.add(place);
    for (const place of this.#unread) await this.#readPlace(place);
    await this.#budget.measure(await places.others());
    for (const segment of this.#budget.makeRoom(0, true).evicted) await this.#stock.remove(segment);
    await this.#expire();
    await this.#stock.retry();
    await this.#stock.writer.sync();
    await this.#tidy(places);
  }

  async #readPlace(place: Place): Promise<void> {
    const { newest, isComplete } = await readPlace(place.path, this.#stock.inventory, this.#options.observer);
    // As in Lamport's clock: what is written from now on is newer than all that was found.
    this.#sequence = Math.max(this.#sequence, newest);
    if (isComplete) this.#unread.delete(place);
  }

  async #beat(places: Places): Promise<void> {
    for (const { place, isTaken } of await places.beat()) {
      this.#unread.delete(place);
      for (const segment of this.#stock.inventory.segments) {
        if (!segment.path.startsWith(place.path)) continue;
        await this.#stock.forget(segment, isTaken ? undefined : 'spool_unwritable');
      }
    }
  }

  async #dropMissing(segment: Segment): Promise<void> {
    if (this.#places !== undefined) await this.#beat(this.#places);
    await this.#stock.forget(segment, 'spool_unwritable');
  }

  async #expire(): Promise<void> {
    const { inventory } = this.#stock;
    for (const signal of signals) {
      for (let stored = inventory.first(signal); stored !== undefined; stored = inventory.first(signal)) {
        if (!this.#isExpired(stored)) break;
        const { segment } = stored;
        await this.#stock.discard(
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

  /** A spool that keeps nothing leaves no files. */
  async #tidy(places: Places): Promise<void> {
    await this.#stock.removeEmptied();
    const used = [...this.#stock.inventory.segments].map(({ path }) => path);
    for (const place of places.own) {
      if (!used.some((path) => path.startsWith(place.path))) await places.removeEmpty(place);
    }
  }

  async #release(): Promise<void> {
    // From here on nothing is this process's any more, not even what a caller still has in its hands.
    this.#state = 'closed';
    this.#stock.inventory.decide();
    await this.#stock.retry();
    await this.#stock.removeEmptied();
    await this.#stock.close();
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

async function toBatch(reading: Extract<FrameReading, { kind: 'read' }>): Promise<EncodedBatch | undefined> {
  const { header, payload } = reading;
  const body = await unpackBody({ payload, isGzip: header.isGzip, bodyBytes: header.bodyBytes });
  if (body === undefined) return undefined;
  const { signal, contentType, records, isImportant } = header;
  return { signal, contentType, records, isImportant, body };
}

function refusal(reason: SpoolLossReason): SpoolWrite {
  return { kind: 'refused', reason };
}

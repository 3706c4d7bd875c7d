import { writeVarint } from '../../../protobuf/wire.ts';
import type { AttachedFamily } from '../../attached/attached-family.ts';
import type { Family } from '../../family.ts';
import { ByteWriter } from '../byte-writer.ts';
import { AttachedGathering } from './attached-series.ts';
import { attachedMessageEncoder } from './encode-attached.ts';
import { seriesMessageEncoder } from './encode-family.ts';
import { writeFamilyFacts } from './metric-message.ts';

export interface MessageSteps {
  readonly families: readonly Family[];
  readonly attached: readonly AttachedFamily[];
  readonly onInvalid: (family: AttachedFamily) => void;
}

// As in the text formats: between two stops lie some 50 microseconds of work.
const bytesPerStep = 8 * 1024;
const valuesPerStep = 64;
const pageBytes = 64 * 1024;

/** Writes every family as a length and a MetricFamily message, stopping each few kilobytes. */
export function* writeMessageSteps({ families, attached, onInvalid }: MessageSteps, out: ByteWriter): Generator<void> {
  const pages = new MessagePages(out);
  for (const family of families) yield* writeOwn(family, pages);
  for (const family of attached) yield* writeForeign(family, onInvalid, pages);
}

function* writeOwn(family: Family, pages: MessagePages): Generator<void> {
  const { series, meta } = family;
  // What is born while we write is left for the next time, as in the text formats.
  const { size, youngest } = series;
  const encode = seriesMessageEncoder(family);
  for (let slot = 0; slot < size; slot++) {
    const birth = series.birthOf(slot);
    if (birth === 0 || birth > youngest) continue;
    if (pages.isEmpty) writeFamilyFacts(pages.page, meta);
    encode(slot, pages.page);
    if (pages.turn()) yield;
  }
  yield* pages.hand();
}

function* writeForeign(
  family: AttachedFamily,
  onInvalid: (family: AttachedFamily) => void,
  pages: MessagePages,
): Generator<void> {
  const gathering = new AttachedGathering(family);
  let unlooked = 0;
  for (const value of family.values) {
    if (!gathering.add(value)) onInvalid(family);
    unlooked += 1;
    if (unlooked % valuesPerStep === 0) yield;
  }
  const encode = attachedMessageEncoder(family);
  for (const series of gathering.series.values()) {
    if (pages.isEmpty) writeFamilyFacts(pages.page, family);
    encode(series, pages.page);
    if (pages.turn()) yield;
  }
  yield* pages.hand();
}

/**
 * One message at a time, held until its length is known. In pages, because moving megabytes at once would block; the
 * first page serves all messages.
 */
export class MessagePages {
  readonly page = new ByteWriter(pageBytes + bytesPerStep);
  private readonly out: ByteWriter;
  private full: Uint8Array[] = [];
  private stopAt = bytesPerStep;

  constructor(out: ByteWriter) {
    this.out = out;
  }

  get isEmpty(): boolean {
    return this.page.length === 0 && this.full.length === 0;
  }

  /** @returns whether it is time to stop */
  turn(): boolean {
    if (this.page.length < this.stopAt) return false;
    if (this.page.length >= pageBytes) this.full.push(this.page.take());
    this.stopAt = this.page.length + bytesPerStep;
    return true;
  }

  /** Ends the message. Nothing where nothing was written: a family without series says nothing. */
  *hand(): Generator<void> {
    const { out, full, page } = this;
    const length = full.reduce((sum, { length: bytes }) => sum + bytes, page.length);
    if (length > 0) writeVarint(out, length);
    for (const bytes of full) {
      out.copy(bytes);
      yield;
    }
    out.copyFrom(page);
    page.clear();
    this.full = [];
    this.stopAt = bytesPerStep;
    yield;
  }
}

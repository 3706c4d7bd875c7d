import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Family } from '../family.ts';
import { ByteWriter } from './byte-writer.ts';
import { encodeHead, seriesEncoder } from './encode-family.ts';
import type { ExpositionFormat } from './formats.ts';

// How long the writer works before it lets the event loop turn. Well under the promised 10 ms, because handing a
// chunk to the socket and a garbage collection may fall into the same turn.
const sliceMs = 2;
// Bytes between two looks at the clock: about 50 microseconds of work, whether series are wide or narrow.
const bytesPerLook = 8 * 1024;
// A chunk is handed on at this size. Bigger ones are written and compressed in longer turns, smaller ones cost more writes.
const chunkBytes = 64 * 1024;
// Room for the series that crosses the line.
const chunkRoom = chunkBytes + 16 * 1024;

export interface RenderFamiliesOptions {
  readonly format: ExpositionFormat;
  /** Milliseconds of a clock that only runs forward. */
  readonly now: () => number;
}

/** The output in chunks of whole lines, with a turn of the event loop wherever a slice of time is used up. */
export async function* renderFamilies(
  families: readonly Family[],
  { format, now }: RenderFamiliesOptions,
): AsyncGenerator<Uint8Array> {
  const out = new ByteWriter(chunkRoom);
  let sliceStart = now();
  for (const _ of writeSteps(families, { format, out })) {
    if (out.length >= chunkBytes) yield out.take();
    if (now() - sliceStart < sliceMs) continue;
    await nextTurn();
    sliceStart = now();
  }
  if (format === 'openmetrics') out.text('# EOF\n');
  if (out.length > 0) yield out.view();
}

/** Writes everything, stopping each few kilobytes. */
function* writeSteps(
  families: readonly Family[],
  { format, out }: { readonly format: ExpositionFormat; readonly out: ByteWriter },
): Generator<void> {
  for (const family of families) {
    const { series } = family;
    // What is born while we write is left for the next time: a series that went and came back in a later slot would
    // be written twice, and a writer that met new ones all the time would not end.
    const { size, youngest } = series;
    const encode = seriesEncoder(family, format);
    // A family without series is left out whole: a HELP line alone says nothing.
    let isOpen = false;
    let stopAt = out.length + bytesPerLook;
    for (let slot = 0; slot < size; slot++) {
      const birth = series.birthOf(slot);
      if (birth === 0 || birth > youngest) continue;
      if (!isOpen) out.text(encodeHead(family.meta, format));
      isOpen = true;
      encode(slot, out);
      if (out.length < stopAt) continue;
      yield;
      stopAt = out.length + bytesPerLook;
    }
    yield;
  }
}

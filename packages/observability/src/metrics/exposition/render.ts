import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Family } from '../family.ts';
import { encodeHead, seriesEncoder } from './encode-family.ts';
import type { ExpositionFormat } from './formats.ts';

// How long the writer works before it lets the event loop turn. Well under the promised 10 ms, because the chunk's
// encoding and the collection of what was written fall into the same turn.
const sliceMs = 3;
// Series between two looks at the clock; a batch of wide histograms takes well under a millisecond.
const batchSeries = 64;
// A chunk is handed on at this size. Bigger ones hold the socket's encoder longer, smaller ones cost more writes.
const chunkChars = 64 * 1024;

export interface RenderFamiliesOptions {
  readonly format: ExpositionFormat;
  /** Milliseconds of a clock that only runs forward. */
  readonly now: () => number;
}

/** The output in chunks, with a turn of the event loop wherever a slice of time is used up. */
export async function* renderFamilies(
  families: readonly Family[],
  { format, now }: RenderFamiliesOptions,
): AsyncGenerator<string> {
  let chunk = '';
  let sliceStart = now();
  for (const part of encodeBatches(families, format)) {
    chunk += part;
    const isSliceOver = now() - sliceStart >= sliceMs;
    if (chunk.length >= chunkChars || (isSliceOver && chunk !== '')) {
      yield chunk;
      chunk = '';
    }
    if (isSliceOver) {
      await nextTurn();
      sliceStart = now();
    }
  }
  if (format === 'openmetrics') chunk += '# EOF\n';
  if (chunk !== '') yield chunk;
}

function* encodeBatches(families: readonly Family[], format: ExpositionFormat): Generator<string> {
  for (const family of families) {
    const encode = seriesEncoder(family, format);
    const { series } = family;
    // A family without series is left out whole: a HELP line alone says nothing.
    let head = encodeHead(family.meta, format);
    // What is born while we write is left for the next time: a series that went and came back in a later slot would
    // be written twice, and a writer that met new ones all the time would not end.
    const { size, youngest } = series;
    for (let start = 0; start < size; start += batchSeries) {
      let text = '';
      for (let slot = start; slot < Math.min(size, start + batchSeries); slot++) {
        const birth = series.birthOf(slot);
        if (birth > 0 && birth <= youngest) text += encode(slot);
      }
      if (text === '') continue;
      yield head + text;
      head = '';
    }
  }
}

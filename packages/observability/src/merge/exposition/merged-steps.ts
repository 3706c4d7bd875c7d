import type { ByteWriter } from '../../metrics/exposition/byte-writer.ts';
import type { ExpositionFormat, OutputFormat } from '../../metrics/exposition/formats.ts';
import { MessagePages } from '../../metrics/exposition/protobuf/write-steps.ts';
import type { MergeStore } from '../store/merge-store.ts';
import type { MergedFamily, MergedSeries } from '../store/merged-series.ts';
import { encodeMergedHead, mergedEncoder } from './encode-merged.ts';
import { mergedMessageEncoder } from './encode-messages.ts';
import { sourceFamilies, toSourceMessage, toSourceText } from './source-families.ts';

// As in the exposition of a single process: between two stops lie some 50 microseconds of work.
const bytesPerStep = 8 * 1024;

export interface MergedStepOptions {
  readonly format: OutputFormat;
  /** Gauges that were last heard of before are no longer shown. */
  readonly oldestMs: number;
}

type ShownFamily = readonly [family: MergedFamily, series: readonly MergedSeries[]];

/**
 * Writes all that is merged, stopping each few kilobytes. Each series is written as it is when its turn comes, whole; what
 * appears meanwhile is left for the next output, what goes is left out.
 */
export function* writeMergedSteps(store: MergeStore, options: MergedStepOptions, out: ByteWriter): Generator<void> {
  const { format, oldestMs } = options;
  const shown: readonly ShownFamily[] = store.families.all().map((family) => [family, [...family.series.values()]]);
  const sources = sourceFamilies(store);
  if (format === 'protobuf') {
    yield* writeMessages(shown, oldestMs, out);
    for (const family of sources) {
      toSourceMessage(family, out);
      yield;
    }
    return;
  }
  for (const family of shown) yield* writeText(family, { format, oldestMs }, out);
  for (const family of sources) {
    out.text(toSourceText(family));
    yield;
  }
}

function* writeMessages(shown: readonly ShownFamily[], oldestMs: number, out: ByteWriter): Generator<void> {
  const pages = new MessagePages(out);
  for (const [family, series] of shown) {
    const encode = mergedMessageEncoder(family, oldestMs);
    for (const one of series) {
      if (one.isGone) continue;
      encode(one, pages);
      if (pages.turn()) yield;
    }
    yield* pages.hand();
  }
}

interface TextOptions {
  readonly format: ExpositionFormat;
  readonly oldestMs: number;
}

function* writeText([family, series]: ShownFamily, options: TextOptions, out: ByteWriter): Generator<void> {
  const encode = mergedEncoder(family, options);
  const head = encodeMergedHead(family, options.format);
  // A family without values is left out whole: its head alone says nothing.
  let isOpen = false;
  let stopAt = out.length + bytesPerStep;
  for (const one of series) {
    if (one.isGone) continue;
    isOpen = encode(one, out, isOpen ? '' : head) || isOpen;
    if (out.length < stopAt) continue;
    yield;
    stopAt = out.length + bytesPerStep;
  }
  yield;
}

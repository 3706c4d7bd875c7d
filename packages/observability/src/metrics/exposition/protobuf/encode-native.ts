import { writeDouble, writeMessage, writeSint, writeUint } from '../../../protobuf/wire.ts';
import type { NativeBucket } from '../../native/native-buckets.ts';
import { ByteWriter } from '../byte-writer.ts';

/** Buckets that follow each other; the offset counts from the end of the span before, or from bucket 0. */
interface Span {
  readonly offset: number;
  readonly counts: readonly number[];
}

// Gaps this small cost less as empty buckets than as a new span.
const widestFilledGap = 2;

const spanMessage = new ByteWriter(16);

/** Exponential buckets of whichever origin. */
export interface NativeFields {
  readonly schema: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  /** Those of one sign, from 0 away. */
  bucketsOf(sign: 'positive' | 'negative'): readonly NativeBucket[];
}

/** The native fields of a Histogram message. Of a series without observations: that it has them. */
export function writeNative(out: ByteWriter, buckets: NativeFields): void {
  writeSint(out, 5, buckets.schema);
  writeDouble(out, 6, buckets.zeroThreshold);
  writeUint(out, 7, buckets.zeroCount);
  writeSpans(out, buckets.bucketsOf('negative'), { span: 9, delta: 10 });
  writeSpans(out, buckets.bucketsOf('positive'), { span: 12, delta: 13 });
}

function toSpans(buckets: readonly NativeBucket[]): readonly Span[] {
  const spans: { offset: number; counts: number[] }[] = [];
  let next = 0;
  for (const { index, count } of buckets) {
    // Prometheus names a bucket by its upper bound.
    const at = index + 1;
    const last = spans.at(-1);
    if (last === undefined || at - next > widestFilledGap) spans.push({ offset: at - next, counts: [count] });
    else {
      for (; next < at; next++) last.counts.push(0);
      last.counts.push(count);
    }
    next = at + 1;
  }
  return spans;
}

/** Buckets of one sign as spans, then the difference of each count to the one before. Remote write has other field numbers. */
export function writeSpans(
  out: ByteWriter,
  buckets: readonly NativeBucket[],
  field: { readonly span: number; readonly delta: number },
): void {
  const spans = toSpans(buckets);
  for (const { offset, counts } of spans) {
    spanMessage.clear();
    writeSint(spanMessage, 1, offset);
    writeUint(spanMessage, 2, counts.length);
    writeMessage(out, field.span, spanMessage);
  }
  let before = 0;
  for (const { counts } of spans) {
    for (const count of counts) {
      writeSint(out, field.delta, count - before);
      before = count;
    }
  }
}

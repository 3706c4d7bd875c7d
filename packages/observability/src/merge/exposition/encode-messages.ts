import { ByteWriter } from '../../metrics/exposition/byte-writer.ts';
import { writeNative } from '../../metrics/exposition/protobuf/encode-native.ts';
import {
  type MessageExemplar,
  MetricMessage,
  writeBucket,
  writeCount,
  writeExemplar,
  writeFamilyFacts,
} from '../../metrics/exposition/protobuf/metric-message.ts';
import type { MessagePages } from '../../metrics/exposition/protobuf/write-steps.ts';
import { writeDouble, writeMessage } from '../../protobuf/wire.ts';
import type { MergedExemplar, MergedFamily, MergedSeries } from '../store/merged-series.ts';
import { counterValue, exponentialOf, gaugeValue, quantilesOf, steadySum, totalOf } from '../store/merged-value.ts';
import { toPairs } from './label-pairs.ts';

/** Writes one series into the message of its family, where it has a value to show. */
export type MergedMessageEncoder = (series: MergedSeries, family: MessagePages) => void;

const quantileMessage = new ByteWriter(32);

export function mergedMessageEncoder(family: MergedFamily, oldestMs: number): MergedMessageEncoder {
  const message = new MetricMessage(family.type);
  return (series, pages) => {
    message.start();
    if (!writeValue(series, oldestMs, message.value)) return;
    for (const [name, value] of toPairs(series.text)) message.label(name, value);
    if (pages.isEmpty) writeFamilyFacts(pages.page, family);
    message.end(pages.page);
  };
}

function writeValue(series: MergedSeries, oldestMs: number, out: ByteWriter): boolean {
  const { type } = series.family;
  if (type === 'histogram') writeHistogram(series, out);
  else if (type === 'summary') writeSummary(series, out);
  else if (type === 'counter') {
    writeDouble(out, 1, counterValue(series));
    const exemplar = exemplarOf(series.exemplars?.get(0));
    if (exemplar !== null) writeExemplar(out, 2, exemplar);
  } else {
    const value = gaugeValue(series, oldestMs);
    if (value === undefined) return false;
    writeDouble(out, 1, value);
  }
  return true;
}

function writeHistogram(series: MergedSeries, out: ByteWriter): void {
  const { bounds, exemplars, isExponential } = series;
  const total = totalOf(series);
  let count = 0;
  for (let bucket = 0; bucket <= bounds.length; bucket++) count += total[bucket] ?? 0;
  writeCount(out, { whole: 1, float: 4 }, count);
  writeDouble(out, 2, steadySum(series, total[bounds.length + 1] ?? 0));
  let cumulativeCount = 0;
  // Of one that counts in exponential buckets only, the classic +Inf says nothing more.
  for (let bucket = 0; bucket <= bounds.length && !(isExponential && bounds.length === 0); bucket++) {
    cumulativeCount += total[bucket] ?? 0;
    const upperBound = bounds[bucket] ?? Number.POSITIVE_INFINITY;
    writeBucket(out, { cumulativeCount, upperBound, exemplar: exemplarOf(exemplars?.get(bucket)) });
  }
  const exponential = isExponential ? exponentialOf(series) : null;
  if (exponential === null) return;
  writeNative(out, {
    schema: exponential.scale,
    zeroCount: exponential.zeroCount,
    zeroThreshold: exponential.zeroThreshold,
    bucketsOf(sign) {
      const { offset, counts } = exponential[sign];
      return counts.map((held, i) => ({ index: offset + i, count: held }));
    },
  });
}

function writeSummary(series: MergedSeries, out: ByteWriter): void {
  const [count = 0, sum = 0] = totalOf(series);
  if (Number.isInteger(count)) writeCount(out, { whole: 1, float: 1 }, count);
  writeDouble(out, 2, steadySum(series, sum));
  for (const { quantile, value } of quantilesOf(series)) {
    quantileMessage.clear();
    writeDouble(quantileMessage, 1, quantile);
    writeDouble(quantileMessage, 2, value);
    writeMessage(out, 3, quantileMessage);
  }
}

function exemplarOf(exemplar: MergedExemplar | undefined): MessageExemplar | null {
  if (exemplar === undefined) return null;
  const { text, value, timeUnixNano } = exemplar;
  return {
    labels: toPairs(text),
    value,
    atMs: timeUnixNano === 0n ? Number.NaN : Number(timeUnixNano / 1_000n) / 1_000,
  };
}

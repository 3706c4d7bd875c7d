import { writeDouble, writeMessage } from '../../../protobuf/wire.ts';
import type { AttachedFamily } from '../../attached/attached-family.ts';
import { ByteWriter } from '../byte-writer.ts';
import type { AttachedSeries } from './attached-series.ts';
import { MetricMessage, writeBucket, writeCount, writeExemplar } from './metric-message.ts';

const quantileMessage = new ByteWriter(32);

/** Writes one series of an attached registry into the message of its family. */
export function attachedMessageEncoder({ type }: AttachedFamily): (series: AttachedSeries, family: ByteWriter) => void {
  const message = new MetricMessage(type);
  const isComposed = type === 'histogram' || type === 'summary';
  return (series, family) => {
    message.start();
    for (const [name, value] of series.labels) message.label(name, value);
    if (isComposed) writeComposed(type, series, message.value);
    else {
      writeDouble(message.value, 1, series.value ?? 0);
      if (type === 'counter' && series.exemplar !== null) writeExemplar(message.value, 2, series.exemplar);
    }
    message.end(family);
  };
}

function writeComposed(type: 'histogram' | 'summary', { count, sum, bounds }: AttachedSeries, out: ByteWriter): void {
  const sorted = bounds.toSorted((a, b) => a.at - b.at);
  const total = count ?? (type === 'histogram' ? (sorted.at(-1)?.value ?? 0) : 0);
  // A summary has no field for a count that is not whole.
  if (type === 'histogram') writeCount(out, { whole: 1, float: 4 }, total);
  else if (Number.isInteger(total) && total >= 0) writeCount(out, { whole: 1, float: 1 }, total);
  writeDouble(out, 2, sum ?? 0);
  for (const { at, value, exemplar } of sorted) {
    if (type === 'histogram') {
      writeBucket(out, { cumulativeCount: value, upperBound: at, exemplar });
      continue;
    }
    quantileMessage.clear();
    writeDouble(quantileMessage, 1, at);
    writeDouble(quantileMessage, 2, value);
    writeMessage(out, 3, quantileMessage);
  }
}

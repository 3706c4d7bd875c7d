import { writeDouble, writeMessage, writeString, writeUint, writeVarint } from '../../../protobuf/wire.ts';
import { ByteWriter } from '../byte-writer.ts';

// Messages and field numbers of io.prometheus.client (metrics.proto of prometheus/client_model).

export type MessageType = 'counter' | 'gauge' | 'summary' | 'unknown' | 'histogram';

const typeNumbers: Readonly<Record<MessageType, number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  unknown: 3,
  histogram: 4,
};
/** The field of a Metric in which a value of this type lies. */
const valueFields: Readonly<Record<MessageType, number>> = {
  gauge: 2,
  counter: 3,
  summary: 4,
  unknown: 5,
  histogram: 7,
};

export interface FamilyFacts {
  readonly name: string;
  readonly help: string;
  readonly type: MessageType;
  readonly unit?: string | undefined;
}

export interface MessageExemplar {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
  /** NaN where it is not known. */
  readonly atMs: number;
}

/** All of a MetricFamily but its metrics. */
export function writeFamilyFacts(out: ByteWriter, { name, help, type, unit }: FamilyFacts): void {
  writeString(out, 1, name);
  writeString(out, 2, help);
  writeUint(out, 3, typeNumbers[type]);
  if (unit !== undefined) writeString(out, 5, unit);
}

// Messages within messages are written apart, because their length comes before them.
const labelValue = new ByteWriter(256);
const exemplarMessage = new ByteWriter(256);
const timestampMessage = new ByteWriter(16);
const bucketMessage = new ByteWriter(256);

/** One Metric of a MetricFamily: write its labels, then its value, then end it. */
export class MetricMessage {
  /** What the value says, of the message for its type. */
  readonly value = new ByteWriter(4096);
  private readonly metric = new ByteWriter(4096);
  private readonly valueField: number;

  constructor(type: MessageType) {
    this.valueField = valueFields[type];
  }

  start(): void {
    this.metric.clear();
    this.value.clear();
  }

  label(name: string, value: string): void {
    writeLabel(this.metric, name, value);
  }

  end(family: ByteWriter): void {
    writeMessage(this.metric, this.valueField, this.value);
    writeMessage(family, 4, this.metric);
  }
}

/** A count: whole numbers as such, whatever else a foreign registry may hold in the field for fractions. */
export function writeCount(out: ByteWriter, field: { readonly whole: number; readonly float: number }, count: number) {
  if (Number.isInteger(count) && count >= 0) writeUint(out, field.whole, count);
  else writeDouble(out, field.float, count);
}

export interface MessageBucket {
  readonly cumulativeCount: number;
  readonly upperBound: number;
  readonly exemplar: MessageExemplar | null;
}

export function writeBucket(out: ByteWriter, { cumulativeCount, upperBound, exemplar }: MessageBucket): void {
  bucketMessage.clear();
  writeCount(bucketMessage, { whole: 1, float: 4 }, cumulativeCount);
  writeDouble(bucketMessage, 2, upperBound);
  if (exemplar !== null) writeExemplar(bucketMessage, 3, exemplar);
  writeMessage(out, 3, bucketMessage);
}

export function writeExemplar(out: ByteWriter, field: number, { labels, value, atMs }: MessageExemplar): void {
  exemplarMessage.clear();
  for (const [name, text] of labels) writeLabel(exemplarMessage, name, text);
  writeDouble(exemplarMessage, 2, value);
  // Prometheus keeps no exemplar of a native histogram that has no time.
  if (atMs >= 0 && atMs < Number.MAX_SAFE_INTEGER) {
    const seconds = Math.floor(atMs / 1000);
    timestampMessage.clear();
    writeUint(timestampMessage, 1, seconds);
    writeUint(timestampMessage, 2, Math.round((atMs - seconds * 1000) * 1e6) % 1e9);
    writeMessage(exemplarMessage, 3, timestampMessage);
  }
  writeMessage(out, field, exemplarMessage);
}

/** Metrics and exemplars have their labels in field 1. */
function writeLabel(out: ByteWriter, name: string, value: string): void {
  const nameField = nameFieldOf(name);
  labelValue.clear();
  writeString(labelValue, 2, value);
  out.byte((1 << 3) | 2);
  writeVarint(out, nameField.length + labelValue.length);
  out.copy(nameField);
  out.copyFrom(labelValue);
}

// A program has some dozen label names; more are those of a foreign registry gone wrong.
const maxNames = 1_000;
const nameFields = new Map<string, Uint8Array>();

/** Names come again with each series, so their field of a label is encoded once. */
function nameFieldOf(name: string): Uint8Array {
  const known = nameFields.get(name);
  if (known !== undefined) return known;
  const field = new ByteWriter(64);
  writeString(field, 1, name);
  const made = field.take();
  if (nameFields.size >= maxNames) nameFields.clear();
  nameFields.set(name, made);
  return made;
}

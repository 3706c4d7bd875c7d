import { ByteWriter } from '../../metrics/exposition/byte-writer.ts';
import { closeMessage, openMessage } from '../../protobuf/wire.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import { SeriesLabels } from './series-labels.ts';
import { type Metadata, writeMetadata } from './write-request.ts';

// Prometheus itself sends 2 000 samples a request. The bound on bytes keeps compressing, which blocks, below some
// milliseconds.
const fullSeries = 2_000;
const fullBytes = 256 * 1024;
const seriesField = 1;

/** Writes series into requests, and begins another one when one is full. */
export class RequestWriter {
  readonly labels: SeriesLabels;
  private readonly out = new ByteWriter(64 * 1024);
  private readonly batches: EncodedBatch[] = [];
  private metadata: Metadata | null = null;
  private isMetadataWritten = false;
  private series = 0;
  private points = 0;

  constructor(common: ReadonlyMap<string, string>) {
    this.labels = new SeriesLabels(common);
  }

  /** What is said of the series that follow; once in each request that has any of them. */
  describe(metadata: Metadata): void {
    this.metadata = metadata;
    this.isMetadataWritten = false;
  }

  /** One series of the labels set last. `bound` and `name` are whole `Label` messages. */
  add(name: Uint8Array, bound: Uint8Array | null, writeValues: (out: ByteWriter) => void): void {
    const { out } = this;
    if (!this.isMetadataWritten && this.metadata !== null) writeMetadata(out, this.metadata);
    this.isMetadataWritten = true;
    const start = openMessage(out, seriesField);
    this.labels.write(out, name, bound);
    writeValues(out);
    closeMessage(out, start);
    this.series += 1;
  }

  /** All series of a point are written; those of a histogram stay together. */
  endPoint(): void {
    this.points += 1;
    if (this.series >= fullSeries || this.out.length >= fullBytes) this.flush();
  }

  close(): readonly EncodedBatch[] {
    this.flush();
    return this.batches;
  }

  private flush(): void {
    if (this.points > 0) {
      const body = this.out.take();
      const contentType = 'application/x-protobuf';
      this.batches.push({ signal: 'metrics', body, contentType, records: this.points, isImportant: false });
    }
    this.series = 0;
    this.points = 0;
    this.isMetadataWritten = false;
  }
}

/** A record that waits, and what is known of it. */
export interface WaitingRecord<T> {
  readonly record: T;
  /** Estimated memory. */
  readonly bytes: number;
  /** 1, or how many data points it stands for. */
  readonly count: number;
  readonly isImportant: boolean;
  /** When it came, among all of this queue. */
  readonly order: number;
}

/** Records in the order in which they came; the least important can be given up first. */
export class RecordQueue<T> {
  /** Sum of the counts. */
  count = 0;
  bytes = 0;
  readonly #minor = new Fifo<WaitingRecord<T>>();
  readonly #important = new Fifo<WaitingRecord<T>>();
  #order = 0;

  get length(): number {
    return this.#minor.length + this.#important.length;
  }

  push(record: T, { bytes, count, isImportant }: Pick<WaitingRecord<T>, 'bytes' | 'count' | 'isImportant'>): void {
    this.#order += 1;
    this.#listOf(isImportant).push({ record, bytes, count, isImportant, order: this.#order });
    this.count += count;
    this.bytes += bytes;
  }

  /** The oldest records, in order; one at least, if there is one, then more within the limits. */
  take(maxRecords: number, maxBytes: number): WaitingRecord<T>[] {
    const taken: WaitingRecord<T>[] = [];
    let bytes = 0;
    while (taken.length < maxRecords) {
      const next = this.#oldest();
      if (next === undefined || (taken.length > 0 && bytes + next.bytes > maxBytes)) break;
      this.#shift(next.isImportant);
      bytes += next.bytes;
      taken.push(next);
    }
    return taken;
  }

  /** Returns what was taken to its place at the front. */
  putBack(records: readonly WaitingRecord<T>[]): void {
    for (let index = records.length - 1; index >= 0; index -= 1) {
      const record = records[index];
      if (record === undefined) continue;
      this.#listOf(record.isImportant).unshift(record);
      this.count += record.count;
      this.bytes += record.bytes;
    }
  }

  /** Gives up the oldest record that is not important, and an important one only where there is no other. */
  giveUpOne(): WaitingRecord<T> | undefined {
    return this.#shift(this.#minor.length === 0);
  }

  #oldest(): WaitingRecord<T> | undefined {
    const minor = this.#minor.first();
    const important = this.#important.first();
    if (minor === undefined || important === undefined) return minor ?? important;
    return minor.order < important.order ? minor : important;
  }

  #shift(isImportant: boolean): WaitingRecord<T> | undefined {
    const record = this.#listOf(isImportant).shift();
    if (record === undefined) return undefined;
    this.count -= record.count;
    this.bytes -= record.bytes;
    return record;
  }

  #listOf(isImportant: boolean): Fifo<WaitingRecord<T>> {
    return isImportant ? this.#important : this.#minor;
  }
}

const smallestGap = 1_024;

/** Taking from the front of an array moves all the rest: 10 000 records, one by one, are 50 million moves. */
class Fifo<T> {
  #items: (T | undefined)[] = [];
  #start = 0;

  get length(): number {
    return this.#items.length - this.#start;
  }

  first(): T | undefined {
    return this.#items[this.#start];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#start];
    // What was taken must not stay in memory for as long as the queue is never empty.
    this.#items[this.#start] = undefined;
    this.#start += 1;
    if (this.length === 0) this.#reset([]);
    else if (this.#start > smallestGap && this.#start > this.length) this.#reset(this.#items.slice(this.#start));
    return item;
  }

  unshift(item: T): void {
    if (this.#start === 0) {
      this.#items = [...Array.from<undefined>({ length: smallestGap }), ...this.#items];
      this.#start = smallestGap;
    }
    this.#start -= 1;
    this.#items[this.#start] = item;
  }

  #reset(items: (T | undefined)[]): void {
    this.#items = items;
    this.#start = 0;
  }
}

import { NativeBuckets } from './native-buckets.ts';
import type { NativeOptions } from './native-options.ts';

/** The exponential buckets of all series of one histogram, beside its classic ones. */
export class NativeHistograms {
  private readonly options: NativeOptions;
  private readonly bySlot: (NativeBuckets | undefined)[] = [];

  constructor(options: NativeOptions) {
    this.options = options;
  }

  /** Undefined while the series holds nothing. */
  of(slot: number): NativeBuckets | undefined {
    return this.bySlot[slot];
  }

  /** For a finite value. */
  record(slot: number, value: number): void {
    (this.bySlot[slot] ?? this.make(slot)).record(value);
  }

  /** What the series holds goes on in another one. */
  fold(from: number, into: number): void {
    const gone = this.bySlot[from];
    if (gone !== undefined) (this.bySlot[into] ?? this.make(into)).absorb(gone);
    this.bySlot[from] = undefined;
  }

  clear(): void {
    this.bySlot.length = 0;
  }

  private make(slot: number): NativeBuckets {
    const made = new NativeBuckets(this.options.maxBuckets);
    // No holes: an array that has some becomes a slower one.
    while (this.bySlot.length < slot) this.bySlot.push(undefined);
    this.bySlot[slot] = made;
    return made;
  }
}

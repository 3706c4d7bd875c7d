// Guesses between two looks at how many were right.
const window = 1024;
// Lookups without guessing after a window in which most were wrong.
const rest = 15 * window;

/**
 * Guesses which series a metric is asked for next: the one that followed the last time. A program that goes through
 * its series in a steady order, or stays with one, is guessed right nearly always; then a lookup compares its strings
 * with those of one series and finds nothing in maps (two labels, 300 series in turn: 8 ns instead of 22 ns).
 * A wrong guess costs 4 ns, so guessing pauses where most are wrong.
 */
export class SeriesGuess {
  isOn = true;
  /** Slot → the slot asked for after it, or -1. */
  next = new Int32Array(4).fill(-1);
  last = 0;
  right = 0;
  private isBlank = true;
  private wrong = 0;
  private resting = 0;

  /** Told about each lookup that the guess did not answer. */
  learn(slot: number): void {
    if (this.isOn) {
      this.next[this.last] = slot;
      this.isBlank = false;
      this.last = slot;
      this.wrong += 1;
      if (this.wrong === window) this.judge();
    } else {
      this.resting += 1;
      if (this.resting === rest) this.isOn = true;
    }
  }

  reserve(slots: number): void {
    if (slots <= this.next.length) return;
    const grown = new Int32Array(Math.max(slots, this.next.length * 2)).fill(-1);
    grown.set(this.next);
    this.next = grown;
  }

  /** Once a slot changes hands, what followed what is void: a guess compares a series with numbers it held before. */
  forget(): void {
    // Many series may go in a row.
    if (!this.isBlank) this.next.fill(-1);
    this.isBlank = true;
  }

  private judge(): void {
    this.isOn = this.right > this.wrong;
    this.right = 0;
    this.wrong = 0;
    this.resting = 0;
  }
}

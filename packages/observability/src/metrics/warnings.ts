import type { MetricWarning } from './registry-hooks.ts';

// Metrics are declared and used while modules load, before a logger exists to be told.
const maxHeld = 64;

/** Says each thing once, and keeps what was said before anybody listened. */
export class Warnings {
  private readonly said = new Set<string>();
  private held: MetricWarning[] = [];
  private listener: ((warning: MetricWarning) => void) | null = null;

  get isHeard(): boolean {
    return this.listener !== null;
  }

  /** `subject` tells warnings apart; `make` is called only for a new one. */
  say(subject: readonly string[], make: () => MetricWarning): void {
    const key = JSON.stringify(subject);
    if (this.said.has(key)) return;
    this.said.add(key);
    const warning = make();
    if (this.listener === null) {
      if (this.held.length < maxHeld) this.held.push(warning);
    } else this.deliver(warning);
  }

  listen(listener: (warning: MetricWarning) => void): void {
    this.listener = listener;
    const held = this.held;
    this.held = [];
    for (const warning of held) this.deliver(warning);
  }

  private deliver(warning: MetricWarning): void {
    try {
      this.listener?.(warning);
    } catch {
      // A broken listener must not reach the code that recorded a sample.
    }
  }
}

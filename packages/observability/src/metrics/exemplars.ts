import type { FamilyContext } from './family-context.ts';
import type { SpanReference } from './registry-hooks.ts';

export interface Exemplar {
  traceId: string;
  spanId: string;
  value: number;
  atMs: number;
}

/** The newest exemplar of each cell. Records are written over in place, so a busy cell allocates once. */
export class Exemplars {
  private readonly context: FamilyContext;
  private readonly byCell = new Map<number, Exemplar>();

  constructor(context: FamilyContext) {
    this.context = context;
  }

  /** Call only while `context.activeExemplar` is connected. */
  capture(cell: number, value: number): void {
    const span = this.activeSpan();
    if (span === null) return;
    const known = this.byCell.get(cell);
    if (known === undefined) {
      this.byCell.set(cell, { traceId: span.traceId, spanId: span.spanId, value, atMs: this.context.now() });
      return;
    }
    known.traceId = span.traceId;
    known.spanId = span.spanId;
    known.value = value;
    known.atMs = this.context.now();
  }

  /** What the host's hook throws stays here. */
  private activeSpan(): SpanReference | null {
    try {
      return this.context.activeExemplar?.() ?? null;
    } catch {
      return null;
    }
  }

  get isEmpty(): boolean {
    return this.byCell.size === 0;
  }

  get(cell: number): Readonly<Exemplar> | undefined {
    return this.byCell.get(cell);
  }

  /** Once these cells are given to another series. */
  forget(firstCell: number, cells: number): void {
    if (this.byCell.size === 0) return;
    for (let cell = firstCell; cell < firstCell + cells; cell++) this.byCell.delete(cell);
  }

  clear(): void {
    this.byCell.clear();
  }
}

import type { OutputFormat } from '../metrics/exposition/formats.ts';
import type { RenderOptions } from '../metrics/registry.ts';

/** What is served at `/metrics`: a registry, or whatever writes itself as one does. */
export interface ServedMetrics {
  /** Longest wait for all collectors of an output together, where the output names none. */
  readonly collectorTimeoutMs: number;
  /** The output in chunks, giving the event loop a turn every few milliseconds. */
  renderBytes(options?: RenderOptions<OutputFormat>): AsyncGenerator<Uint8Array>;
}

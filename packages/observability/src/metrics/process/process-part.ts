import type { Registry } from '../registry.ts';

/** One group of process metrics: declared on a registry, then kept up to date. */
export interface ProcessPart {
  /** Collector name; snake_case. */
  readonly name: string;
  readonly metrics: readonly string[];
  /** Before each scrape. Absent where the part records things as they happen. */
  readonly collect?: () => void | Promise<void>;
  /** Ends whatever the part keeps running between scrapes. */
  readonly close?: () => void;
}

export type CreateProcessPart = (registry: Registry) => ProcessPart;

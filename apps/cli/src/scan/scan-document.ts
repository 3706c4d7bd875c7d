import type { ScanView } from '@autotrader/contracts';
import type { Market } from '@autotrader/server';

/** What `--format json` prints and `--out` keeps. The same recordings give the same bytes. */
export interface ScanDocument {
  readonly market: Market['kind'];
  /** RFC 3339: the market's own time, which in a replay is that of the recordings. */
  readonly as_of: string;
  readonly model_version: string;
  /** In the order in which the tokens were asked for. */
  readonly scans: readonly ScanView[];
}

/** A replay is about what was recorded: its traces are made anew each time, so naming them would make two runs differ. */
export function withoutTrace(view: ScanView): ScanView {
  return { ...view, trace_id: null };
}

export function toJson(document: ScanDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function toNdjsonLine(view: ScanView): string {
  return `${JSON.stringify(view)}\n`;
}

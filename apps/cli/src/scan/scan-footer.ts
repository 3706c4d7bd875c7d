import type { ScanView } from '@autotrader/contracts';
import { toPrintable } from '../terminal/printable.ts';
import type { ScanDocument } from './scan-document.ts';

const order = ['gem', 'watch', 'avoid', 'insufficient data', 'timed out', 'failed'];
const mostGaps = 12;
const mostSymbols = 6;

/** What a reader of the table must know beside it: how many of each, what could not be asked and why. */
export function toFooter(document: ScanDocument): string {
  const lines = [
    '',
    toSummary(document.scans),
    `${document.market} market as of ${document.as_of}, model ${document.model_version}`,
  ];
  const gaps = toGaps(document.scans);
  if (gaps.length > 0) lines.push('', 'Not known, because it could not be asked or was not answered:');
  for (const gap of gaps.slice(0, mostGaps)) lines.push(`  ${gap}`);
  if (gaps.length > mostGaps) lines.push(`  and ${gaps.length - mostGaps} more; --format json has them all`);
  lines.push('', 'Informational only, not financial advice.');
  return `${lines.join('\n')}\n`;
}

function toSummary(scans: readonly ScanView[]): string {
  const counts = new Map<string, number>();
  for (const scan of scans) counts.set(outcomeOf(scan), (counts.get(outcomeOf(scan)) ?? 0) + 1);
  const parts = order.filter((outcome) => counts.has(outcome)).map((outcome) => `${counts.get(outcome)} ${outcome}`);
  return [`${scans.length} ${scans.length === 1 ? 'token' : 'tokens'}`, ...parts].join(' · ');
}

function outcomeOf(scan: ScanView): string {
  if (scan.status === 'success') return scan.verdict.replaceAll('_', ' ');
  return scan.status === 'timeout' ? 'timed out' : 'failed';
}

/** Tokens that lack the same thing for the same reason share a line; what most tokens lack comes first. */
export function toGaps(scans: readonly ScanView[]): readonly string[] {
  const symbolsByGap = new Map<string, string[]>();
  for (const scan of scans) {
    for (const gap of new Set(scan.missing.map(toPrintable))) {
      symbolsByGap.set(gap, [...(symbolsByGap.get(gap) ?? []), toPrintable(scan.token.symbol)]);
    }
  }
  const rows = [...symbolsByGap].toSorted(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  return rows.map(([gap, symbols]) => `${gap} (${toNames(symbols, scans.length)})`);
}

function toNames(symbols: readonly string[], total: number): string {
  if (symbols.length === total && total > 1) return `all ${total}`;
  const shown = symbols.slice(0, mostSymbols).join(', ');
  return symbols.length > mostSymbols ? `${shown} and ${symbols.length - mostSymbols} more` : shown;
}

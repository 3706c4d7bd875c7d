import type { ScanView } from '@autotrader/contracts';
import Table from 'cli-table3';
import { type Colors, createColors } from '../terminal/colors.ts';
import { toPrintable } from '../terminal/printable.ts';
import { toWrapped } from '../terminal/wrapped.ts';

export interface TableLook {
  /** Character cells of the terminal. */
  readonly columns: number;
  readonly color: boolean;
}

const unknown = '–';
const heads = ['SYMBOL', 'VERDICT', 'SCORE', 'CONFIDENCE', 'FLAGS'] as const;

/** From here on the reason has a column of its own; on a narrower terminal it goes below its row. */
const wideColumns = 118;
const narrowest = 64;

const noLines = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
};

/** One row per scan, no wider than the terminal. */
export function toTable(scans: readonly ScanView[], look: TableLook): string {
  const colors = createColors(look.color);
  const wide = look.columns >= wideColumns;
  const table = new Table({
    head: [...heads, ...(wide ? ['REASON'] : [])].map((head) => colors.dim(head)),
    colWidths: widthsOf(scans, look.columns, wide),
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    wordWrap: true,
  });
  for (const scan of scans) {
    const cells = toCells(scan, colors);
    if (wide) {
      table.push([...cells, toReason(scan)]);
    } else {
      const lines = toWrapped(toReason(scan), Math.max(look.columns, narrowest) - 4);
      const content = lines.map((line) => `  ${colors.dim(line)}`).join('\n');
      table.push(cells, [{ content, colSpan: heads.length }]);
    }
  }
  const lines = table.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function widthsOf(scans: readonly ScanView[], columns: number, wide: boolean): number[] {
  const longestSymbol = Math.max(...scans.map(({ token }) => toPrintable(token.symbol).length), heads[0].length);
  const symbol = Math.min(longestSymbol, 14) + 2;
  const [verdict, score, confidence] = [19, 13, 12];
  const left = Math.max(columns, narrowest) - symbol - verdict - score - confidence;
  const fixed = [symbol, verdict, score, confidence];
  if (!wide) return [...fixed, left];
  const flags = Math.floor(left * 0.3);
  return [...fixed, flags, left - flags];
}

function toCells(scan: ScanView, colors: Colors): string[] {
  const symbol = colors.bold(toPrintable(scan.token.symbol));
  if (scan.status !== 'success') {
    const how = scan.status === 'timeout' ? 'timed out' : 'failed';
    return [symbol, colors.red(how), unknown, unknown, unknown];
  }
  const paint = { gem: colors.green, watch: colors.cyan, avoid: colors.red, insufficient_data: colors.yellow };
  return [
    symbol,
    paint[scan.verdict](scan.verdict.replaceAll('_', ' ')),
    toScore(scan.gem_score),
    scan.confidence.toFixed(2),
    toFlags(scan),
  ];
}

/** No flag means something only where safety could be judged. */
function toFlags({ flags, safety }: Extract<ScanView, { status: 'success' }>): string {
  if (flags.length > 0) return toPrintable(flags.join(', '));
  return { assessed: 'none found', not_applicable: 'not applicable', unknown: 'safety unknown' }[safety];
}

/** `54 (41–68)`: the score, and what it would be were every missing feature at its worst and at its best. */
export function toScore(score: { value: number; low: number; high: number }): string {
  const [value, low, high] = [score.value, score.low, score.high].map(Math.round);
  return low === high ? `${value}` : `${value} (${low}–${high})`;
}

const mostGaps = 3;

/** Without a score: what could not be asked and why, which the scan's own message only points to. */
function toReason(scan: ScanView): string {
  if (scan.status === 'success') return toPrintable(scan.reason);
  if (scan.missing.length === 0) return toPrintable(scan.error.message);
  const more = scan.missing.length > mostGaps ? [`and ${scan.missing.length - mostGaps} more`] : [];
  return toPrintable([...scan.missing.slice(0, mostGaps), ...more].join('; '));
}

import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/** A number that differs from run to run; only whether it is 0 is the same each time. */
export interface Roughly {
  readonly roughly: number;
}

/** `–`: differs from run to run, also in whether it is 0. */
export type Count = number | Roughly | '–';

/** What became of what was sent under a fault: spans, and lines where the fault concerns them. */
export interface Outcome {
  readonly sent: readonly [spans: Count, lines: Count];
  readonly arrived: readonly [spans: Count, lines: Count];
  readonly spooled: readonly [spans: Count, lines: Count];
  readonly lost: readonly [spans: Count, lines: Count];
  /** Reasons in `telemetry_dropped_total`; empty where nothing was dropped. */
  readonly countedAs: string;
}

const page = new URL('../../docs/delivery.md', import.meta.url);
const begin = '<!-- measured -->';

export function roughly(value: number): Roughly {
  return { roughly: value };
}

/**
 * Compares a row of docs/delivery.md with what was measured. With UPDATE_DELIVERY=1 the row is written instead; then one
 * file of tests has to run at a time (`--maxWorkers 1`).
 */
export function expectRow(number: string, fault: string, outcome: Outcome): void {
  const row = toRow(number, fault, outcome);
  const text = readFileSync(page, 'utf8');
  const rows = rowsOf(text);
  const written = rows.find((line) => keyOf(line) === number);
  if (process.env['UPDATE_DELIVERY'] === '1') {
    const next = [...rows.filter((line) => line !== written), row].sort(byNumber);
    writeFileSync(page, `${text.slice(0, text.indexOf(begin) + begin.length)}\n${header}\n${next.join('\n')}\n`);
    return;
  }
  expect(written === undefined ? undefined : withoutRough(written), 'UPDATE_DELIVERY=1 writes the table anew').toBe(
    withoutRough(row),
  );
}

const header =
  '\n| # | fault | sent | arrived | spooled meanwhile | lost | counted as |\n|---|---|---|---|---|---|---|';

function toRow(number: string, fault: string, outcome: Outcome): string {
  const cells = [outcome.sent, outcome.arrived, outcome.spooled, outcome.lost].map(
    ([spans, lines]) => `${toText(spans)} + ${toText(lines)}`,
  );
  return `| ${[number, fault, ...cells, outcome.countedAs === '' ? '–' : outcome.countedAs].join(' | ')} |`;
}

function toText(count: Count): string {
  const digits = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
  if (count === '–') return count;
  if (typeof count === 'number') return digits(count);
  return count.roughly === 0 ? '0' : `≈ ${digits(count.roughly)}`;
}

function withoutRough(row: string): string {
  return row.replace(/≈ \d[\d ]*(?= )/g, '≈');
}

function rowsOf(text: string): string[] {
  return text
    .slice(text.indexOf(begin))
    .split('\n')
    .filter((line) => /^\| \d/.test(line));
}

function keyOf(row: string): string {
  return row.split('|')[1]?.trim() ?? '';
}

function byNumber(one: string, other: string): number {
  return keyOf(one).localeCompare(keyOf(other), 'en', { numeric: true });
}

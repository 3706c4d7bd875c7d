import type { Output } from '../context.ts';
import { toPrintable } from './printable.ts';

export interface ProgressLine {
  show(done: number, total: number, symbol: string): void;
  clear(): void;
}

const clearLine = '\r\u001b[2K';

/** One line that is overwritten, on a terminal only: a log file has no use for it. */
export function createProgressLine(output: Output): ProgressLine {
  if (!output.isTerminal) return { show: () => undefined, clear: () => undefined };
  return {
    show: (done, total, symbol) => output.write(`${clearLine}scanned ${done} of ${total}: ${toPrintable(symbol)}`),
    clear: () => output.write(clearLine),
  };
}

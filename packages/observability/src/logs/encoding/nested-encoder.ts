import type { FinishedLine, LogRecord, TraceIds } from '../log-record.ts';
import { createLineEncoder } from './line-encoder.ts';

// Deeper than any use; a getter that logs its own object would otherwise never come to an end.
const deepestNesting = 3;

/** Values may log while they are read; what they say must not disturb the line that is being made. */
export function createNestedEncoder(
  ...settings: Parameters<typeof createLineEncoder>
): (record: LogRecord, moment: { timeMs: number; ids: TraceIds | undefined }) => FinishedLine {
  const outermost = createLineEncoder(...settings);
  let nesting = 0;
  return (record, moment) => {
    if (nesting > deepestNesting) throw new Error('lines within lines');
    const encode = nesting === 0 ? outermost : createLineEncoder(...settings);
    nesting += 1;
    try {
      const { line, redactions } = encode(record, moment);
      return { level: record.level, line, redactions };
    } finally {
      nesting -= 1;
    }
  };
}

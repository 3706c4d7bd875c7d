import type { LogSink } from '../logs/sinks/log-sink.ts';

/** Takes finished lines besides the outputs. */
export type TakeLine = (line: string, isImportant: boolean) => void;

/** A sink that also gives every line to `take`, as it is written: after redaction, in order. */
export function tapLines(sink: LogSink, take: TakeLine): LogSink {
  return {
    ...sink,
    write(line, isMinor) {
      sink.write(line, isMinor);
      take(line, isMinor !== true && isErrorLine(line));
    },
  };
}

const levelKey = '"level":"';
// A timestamp of 24 characters stands before it; see the line encoder.
const searchedCharacters = 60;

function isErrorLine(line: string): boolean {
  const at = line.slice(0, searchedCharacters).indexOf(levelKey) + levelKey.length;
  return line.startsWith('ERROR', at) || line.startsWith('CRITICAL', at);
}

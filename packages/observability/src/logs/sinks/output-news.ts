import type { LogFields } from '../log-record.ts';
import type { SinkChange } from './buffered-sink.ts';
import { errorCode, unknownCode } from './line-destination.ts';

/** Writes a line about an output. */
export type OutputReport = (level: 'info' | 'warning', event: string, fields: LogFields) => void;

/** One output as lines about it name it. */
export interface OutputName {
  readonly output: 'stdout' | 'stderr' | 'file' | 'transport';
  readonly path?: string;
  readonly target?: string;
}

/** Turns what happens to outputs into one line each. */
export interface OutputNews {
  changed(name: OutputName, change: SinkChange): void;
  rotationFailed(name: OutputName, error: unknown): void;
  unavailable(name: OutputName, why: { readonly reason: string; readonly remedy: string }): void;
  /** The output whose line is being written right now. */
  subject(): OutputName | undefined;
}

/** @param report writes the line, at once */
export function createOutputNews(report: OutputReport): OutputNews {
  let subject: OutputName | undefined;
  const say = (name: OutputName, level: 'info' | 'warning', news: { event: string; fields: LogFields }): void => {
    subject = name;
    try {
      report(level, news.event, { ...name, ...news.fields });
    } catch {
      // What cannot be told is still counted; whoever writes must not fail for it.
    } finally {
      subject = undefined;
    }
  };
  return {
    changed(name, change) {
      switch (change.kind) {
        case 'failing':
          return say(name, 'warning', { event: 'log_output_failing', fields: describe(change.error) });
        case 'recovered':
          return say(name, change.lost > 0 ? 'warning' : 'info', {
            event: 'log_output_recovered',
            fields: { lines_lost: change.lost },
          });
        case 'caught_up':
          return say(name, 'warning', { event: 'log_lines_dropped', fields: { lines_lost: change.lost } });
      }
    },
    rotationFailed: (name, error) => say(name, 'warning', { event: 'log_rotation_failing', fields: describe(error) }),
    unavailable(name, { reason, remedy }) {
      // The pipeline this line is for is set up right after the outputs are opened.
      setImmediate(() => say(name, 'warning', { event: 'log_output_unavailable', fields: { reason, remedy } }));
    },
    subject: () => subject,
  };
}

function describe(error: unknown): LogFields {
  const reason = error instanceof Error ? error.message : String(error);
  const code = errorCode(error);
  return code === unknownCode ? { reason } : { code, reason };
}

import type { LogSink } from './log-sink.ts';
import { openStandardSink } from './open-sinks.ts';

/** What happens to a line when its destination is slower than the program. */
export interface Backpressure {
  /**
   * `drop_new` keeps what came first, `drop_oldest` what came last; `block` waits for the reader, at most `blockMs` at a
   * time, then drops. Whatever is dropped is counted.
   */
  readonly policy: 'block' | 'drop_oldest' | 'drop_new';
  readonly maxBufferedBytes: number;
  readonly blockMs: number;
}

/** A file that is moved aside (`name.1`, `name.2` …) when it is full or its time is over. */
export interface LogFileSettings {
  readonly path: string;
  readonly maxBytes: number;
  /** Files kept beside the current one. */
  readonly maxFiles: number;
  readonly rotateEvery: 'never' | 'hour' | 'day';
}

/** A pino transport by the name of its package or file; needs pino to be installed. */
export interface PinoTransportSettings {
  readonly target: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Where finished lines go; all of them get every line. */
export interface LogOutputSettings {
  readonly standard:
    | { readonly destination: 'stdout' | 'stderr'; readonly present: ((line: string) => string) | undefined }
    | undefined;
  readonly file: LogFileSettings | undefined;
  readonly transports: readonly PinoTransportSettings[];
  readonly backpressure: Backpressure;
}

/** Opens every output. */
export async function openLogOutput(settings: LogOutputSettings): Promise<LogSink> {
  const { destination, present } = settings.standard ?? { destination: 'stdout', present: undefined };
  return openStandardSink(destination, { present });
}

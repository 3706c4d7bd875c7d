import { createBufferedSink } from './buffered-sink.ts';
import { createFanOut } from './fan-out.ts';
import { createLogFile, type LogFileSettings } from './log-file.ts';
import type { Backpressure, LogSink } from './log-sink.ts';
import { countLoss, keepUntilExit, openStandardSink } from './open-sinks.ts';
import { createOutputNews, type OutputName, type OutputNews, type OutputReport } from './output-news.ts';
import { createStandardStream } from './standard-stream.ts';
import { readTransportData } from './transport-protocol.ts';
import { findTransport } from './transport-target.ts';

/** A pino transport by the name of its package or file. */
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
  /** Holds for each output by itself. */
  readonly backpressure: Backpressure;
  /**
   * Says in a log line what has become of an output: `log_output_failing`, `log_output_recovered`, `log_lines_dropped`,
   * `log_rotation_failing`, `log_output_unavailable`. The line goes to every output, and to stderr where no standard
   * stream that works is among them.
   */
  readonly report: OutputReport;
}

/**
 * Opens every output. One that cannot be opened is reported and tried again later; the others go on.
 */
export async function openLogOutput(settings: LogOutputSettings): Promise<LogSink> {
  const { standard, file, transports, backpressure } = settings;
  const news = createOutputNews(settings.report);
  const sinks: LogSink[] = [];
  if (standard !== undefined) {
    const name: OutputName = { output: standard.destination };
    const { present } = standard;
    sinks.push(
      openStandardSink(standard.destination, {
        present,
        backpressure,
        onChange: (change) => news.changed(name, change),
      }),
    );
  }
  if (file !== undefined) sinks.push(openFileSink(file, backpressure, news));
  // A transport that itself logs through this library must not start itself again.
  if (readTransportData() === undefined) {
    for (const transport of transports) {
      const sink = await openTransportSink(transport, backpressure, news);
      if (sink !== undefined) sinks.push(sink);
    }
  }
  return withEmergencyLines(createFanOut(sinks), news, (name) => standard === undefined || name.output === 'stdout');
}

function openFileSink(settings: LogFileSettings, backpressure: Backpressure, news: OutputNews): LogSink {
  const name: OutputName = { output: 'file', path: settings.path };
  return keepUntilExit(
    createBufferedSink({
      destination: () =>
        createLogFile(settings, { now: Date.now, onRotationFailed: (error) => news.rotationFailed(name, error) }),
      backpressure,
      reasons: { full: 'file_buffer_full', failed: 'file_write_failed' },
      onDrop: countLoss,
      onChange: (change) => news.changed(name, change),
    }),
  );
}

async function openTransportSink(
  { target, options }: PinoTransportSettings,
  backpressure: Backpressure,
  news: OutputNews,
): Promise<LogSink | undefined> {
  const name: OutputName = { output: 'transport', target };
  const found = findTransport(target);
  if (found.kind === 'missing') {
    news.unavailable(name, found);
    return undefined;
  }
  // Threads are loaded by those only who have a transport.
  const { createTransportDestination } = await import('./transport-destination.ts');
  return keepUntilExit(
    createBufferedSink({
      destination: (events) => createTransportDestination({ target: found.address, options }, events),
      backpressure,
      reasons: { full: 'transport_buffer_full', failed: 'transport_failed' },
      onDrop: countLoss,
      onChange: (change) => news.changed(name, change),
    }),
  );
}

/** Lines about an output that nobody would see otherwise go to stderr as well. */
function withEmergencyLines(sink: LogSink, news: OutputNews, isUnseen: (name: OutputName) => boolean): LogSink {
  let emergency: LogSink | undefined;
  const openEmergency = (): LogSink =>
    createBufferedSink({
      destination: () => createStandardStream('stderr'),
      backpressure: { policy: 'drop_new', maxBufferedBytes: 65_536, blockMs: 0 },
      reasons: { full: 'buffer_full', failed: 'write_failed' },
      // The same line has gone to the outputs, which count what they lose.
      onDrop: () => undefined,
      onChange: () => undefined,
      immediate: true,
    });
  return {
    ...sink,
    write(line, isMinor) {
      const subject = news.subject();
      if (subject !== undefined && isUnseen(subject)) {
        emergency ??= openEmergency();
        emergency.write(line);
      }
      sink.write(line, isMinor);
    },
  };
}

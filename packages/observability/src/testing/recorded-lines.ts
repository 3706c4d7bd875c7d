import type { LogLevel } from '../logs/level.ts';
import { activePipeline, configureLogs, type LogSettings } from '../logs/pipeline.ts';

/** A captured log line, parsed. */
export type RecordedLine = Readonly<Record<string, unknown>> & {
  readonly timestamp: string;
  readonly level: LogLevel;
  readonly logger: string;
  readonly event: string;
};

/** Lines while they are recorded. */
export interface LineRecording {
  readonly lines: RecordedLine[];
  stop(): void;
}

interface OpenRecording {
  readonly settings: LogSettings;
  before: LogSettings;
}

/** In the order they were started; the last one gets the lines. */
const recordings: OpenRecording[] = [];

/** Takes the lines of every logger until `stop()`, in whatever order several recordings are stopped. */
export function recordLines(level: LogLevel): LineRecording {
  const lines: RecordedLine[] = [];
  const before = activePipeline.settings;
  const settings: LogSettings = {
    ...before,
    level,
    loggerLevels: {},
    sampling: { enabled: false, rate: 1 },
    throttling: { ...before.throttling, enabled: false },
    sink: {
      write: (line) => void lines.push(JSON.parse(line) as RecordedLine),
      flushSync: () => 0,
      flush: () => Promise.resolve(0),
      waiting: () => 0,
    },
  };
  const recording: OpenRecording = { settings, before };
  recordings.push(recording);
  configureLogs(settings);
  return {
    lines,
    stop() {
      const index = recordings.indexOf(recording);
      if (index < 0) return;
      const next = recordings[index + 1];
      recordings.splice(index, 1);
      if (next === undefined) configureLogs(recording.before);
      // One that was started later would otherwise bring this one back when it stops.
      else if (next.before === settings) next.before = recording.before;
    },
  };
}

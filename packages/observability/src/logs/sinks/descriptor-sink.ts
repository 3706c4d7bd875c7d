import { fstatSync, writeSync } from 'node:fs';
import type { LogDropReason, LogSink } from './log-sink.ts';

/** How a sink is set up. */
export interface LogSinkOptions {
  readonly destination: 'stdout' | 'stderr';
  readonly onDrop: (reason: LogDropReason, lines: number) => void;
  /** Bytes kept while the reader is slow. @default 8 MiB */
  readonly maxBufferedBytes?: number;
  /** Write each line at once instead of once per turn of the event loop. @default false */
  readonly immediate?: boolean;
}

const retryDelayMs = 5;

interface PendingChunk {
  bytes: Buffer;
  lines: number;
}

/**
 * Writes lines to a standard stream without ever blocking the host on a slow reader.
 *
 * `fs.writeSync` on a non-blocking descriptor instead of a stream or a write in the thread pool: nothing is in flight when
 * the process has to go, so the remaining lines can be written in order, whole, by whoever sees the exit.
 */
export function createStandardStreamSink(options: LogSinkOptions): LogSink {
  const fd = options.destination === 'stdout' ? 1 : 2;
  makeNonBlocking(options.destination, fd);
  return createDescriptorSink({ ...options, writeChunk: (bytes) => writeSync(fd, bytes) });
}

/** The sink over any write function that throws like `fs.writeSync`, returning the bytes taken. */
export function createDescriptorSink(
  options: Omit<LogSinkOptions, 'destination'> & { readonly writeChunk: (bytes: Buffer) => number },
): LogSink {
  const { onDrop, writeChunk, maxBufferedBytes = 8 * 1024 * 1024, immediate = false } = options;
  let lines: string[] = [];
  let linesLength = 0;
  let stalled: PendingChunk | undefined;
  let scheduled = false;
  let closed = false;

  const takePending = (): PendingChunk | undefined => {
    if (stalled === undefined && lines.length > 0) {
      stalled = { bytes: Buffer.from(`${lines.join('\n')}\n`), lines: lines.length };
      lines = [];
      linesLength = 0;
    }
    return stalled;
  };

  /** True when everything is written; false when the reader has to catch up first. */
  const drain = (): boolean => {
    for (let chunk = takePending(); chunk !== undefined; chunk = takePending()) {
      try {
        const written = writeChunk(chunk.bytes);
        chunk.bytes = chunk.bytes.subarray(written);
        if (chunk.bytes.length === 0) stalled = undefined;
      } catch (error) {
        const code = errorCode(error);
        if (code === 'EAGAIN' || code === 'EBUSY') return false;
        if (code === 'EINTR') continue;
        stalled = undefined;
        if (code === 'EPIPE' || code === 'EBADF') closed = true;
        onDrop(closed ? 'pipe_closed' : 'write_failed', chunk.lines);
      }
    }
    return true;
  };

  const drainLater = (): void => {
    scheduled = false;
    if (!drain()) retryLater();
  };

  const retryLater = (): void => {
    if (scheduled) return;
    scheduled = true;
    // Not a reason to stay alive: the exit hook writes what is left.
    setTimeout(drainLater, retryDelayMs).unref();
  };

  const waiting = (): number => lines.length + (stalled?.lines ?? 0);

  return {
    write(line) {
      if (closed) return onDrop('pipe_closed', 1);
      if (linesLength + (stalled?.bytes.length ?? 0) + line.length > maxBufferedBytes) return onDrop('buffer_full', 1);
      lines.push(line);
      linesLength += line.length + 1;
      if (scheduled) return;
      if (immediate) return drainLater();
      scheduled = true;
      setImmediate(drainLater);
    },
    flushSync(budgetMs) {
      const endAt = performance.now() + budgetMs;
      while (!drain() && performance.now() < endAt) sleepSync(retryDelayMs);
      return waiting();
    },
    async flush(budgetMs) {
      const endAt = performance.now() + budgetMs;
      while (!drain() && performance.now() < endAt) await new Promise((done) => setTimeout(done, retryDelayMs));
      return waiting();
    },
    waiting,
  };
}

/**
 * Node sets a pipe to non-blocking when its stream object is first made; a descriptor that was never looked at would
 * block the whole process as soon as the reader is slower than we are.
 */
function makeNonBlocking(destination: 'stdout' | 'stderr', fd: number): void {
  try {
    const stat = fstatSync(fd);
    if (stat.isFIFO() || stat.isSocket()) void process[destination].fd;
  } catch {
    // A closed descriptor shows itself at the first write.
  }
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

function sleepSync(durationMs: number): void {
  Atomics.wait(sleepCell, 0, 0, durationMs);
}

function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

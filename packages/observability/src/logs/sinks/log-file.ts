import * as nodeFiles from 'node:fs';
import { dirname, resolve } from 'node:path';
import { rotateFiles } from './file-rotation.ts';
import { codedError, errorCode, type LineDestination } from './line-destination.ts';

/** A file that is moved aside (`name.1`, `name.2` …) when it is full or its time is over. */
export interface LogFileSettings {
  readonly path: string;
  readonly maxBytes: number;
  /** Files kept beside the current one. */
  readonly maxFiles: number;
  /** Hours and days of UTC, like the timestamps of the lines. */
  readonly rotateEvery: 'never' | 'hour' | 'day';
}

/** The part of `node:fs` that is used; tests hand in a disk that is full. */
export type FileCalls = Pick<
  typeof nodeFiles,
  | 'closeSync'
  | 'fstatSync'
  | 'ftruncateSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readSync'
  | 'renameSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeSync'
>;

/** What a log file asks of its host. */
export interface LogFilePorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Rotating has failed, told once; lines go on into the same file. */
  readonly onRotationFailed: (error: unknown) => void;
  readonly files?: FileCalls;
}

interface OpenFile {
  readonly fd: number;
  readonly device: number;
  readonly inode: number;
  /** False for a pipe or a device, which can neither be moved aside nor cut. */
  readonly isFile: boolean;
  size: number;
  /** Number of the hour or day of its last line. */
  period: number;
  /** Ends in half a line, which must not be glued to the next. */
  torn: boolean;
  checkedAtMs: number;
}

// How long lines may go on into a file that somebody else has moved or deleted.
const checkEveryMs = 1_000;
const rotationRetryMs = 10_000;
const lineEnd = 0x0a;
const periodMs = { never: Number.POSITIVE_INFINITY, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Appends whole lines to a file, each batch in one `write` with O_APPEND, so that several processes may share it.
 * Readable for the owner's group, for nobody else.
 */
export function createLogFile(settings: LogFileSettings, ports: LogFilePorts): LineDestination {
  return new LogFile(settings, ports);
}

class LogFile implements LineDestination {
  private readonly settings: LogFileSettings;
  private readonly ports: LogFilePorts;
  private readonly files: FileCalls;
  private readonly path: string;
  private file: OpenFile | undefined;
  private rotation: { readonly failing: boolean; readonly retryAtMs: number } = { failing: false, retryAtMs: 0 };

  constructor(settings: LogFileSettings, ports: LogFilePorts) {
    this.settings = settings;
    this.ports = ports;
    this.files = ports.files ?? nodeFiles;
    // A later change of the working directory must not move the log.
    this.path = resolve(settings.path);
  }

  write(bytes: Buffer): number {
    let file = this.currentFile();
    if (!file.isFile) return this.append(file, bytes);
    if (file.torn) this.endHalfLine(file);
    let piece = wholeLines(bytes, this.settings.maxBytes - file.size);
    if (piece === undefined && file.size > 0 && this.rotate(file)) {
      file = this.currentFile();
      piece = wholeLines(bytes, this.settings.maxBytes - file.size);
    }
    // A line longer than a file gets one of its own; where rotating fails, keeping lines matters more than the size.
    piece ??= file.size > 0 ? bytes : bytes.subarray(0, bytes.indexOf(lineEnd) + 1);
    const written = this.append(file, piece);
    file.size += written;
    return written === piece.length ? written : this.keepWholeLines(file, piece.subarray(0, written));
  }

  lossAfter(): undefined {
    return undefined;
  }

  reopen(): void {
    const { file } = this;
    this.file = undefined;
    if (file !== undefined) tryTo(() => this.files.closeSync(file.fd));
  }

  endSync(): void {
    this.reopen();
  }

  end(): Promise<void> {
    this.reopen();
    return Promise.resolve();
  }

  private append(file: OpenFile, bytes: Buffer): number {
    try {
      return this.files.writeSync(file.fd, bytes);
    } catch (error) {
      // With a full disk the file itself is sound; anything else may be over with a new one.
      const code = errorCode(error);
      if (code !== 'EAGAIN' && code !== 'EINTR' && code !== 'ENOSPC' && code !== 'EDQUOT') this.reopen();
      throw error;
    }
  }

  private currentFile(): OpenFile {
    const nowMs = this.ports.now();
    // A clock set back must not stop the checks.
    if (this.file !== undefined && Math.abs(nowMs - this.file.checkedAtMs) >= checkEveryMs)
      this.check(this.file, nowMs);
    let file = this.file ?? this.open(nowMs);
    const period = this.periodOf(nowMs);
    if (file.isFile && period > file.period && file.size > 0 && this.rotate(file)) file = this.file ?? this.open(nowMs);
    if (file.size === 0) file.period = period;
    return file;
  }

  /** Another process may have moved, deleted or lengthened the file. */
  private check(file: OpenFile, nowMs: number): void {
    file.checkedAtMs = nowMs;
    if (!this.isCurrent(file)) {
      this.reopen();
      return;
    }
    file.size = this.files.fstatSync(file.fd).size;
  }

  private isCurrent(file: OpenFile): boolean {
    const stat = tryTo(() => this.files.statSync(this.path));
    return stat?.ino === file.inode && stat.dev === file.device;
  }

  private open(nowMs: number): OpenFile {
    const { constants } = nodeFiles;
    makeFolder(dirname(this.path), this.files);
    // Non-blocking because opening a pipe would wait for its reader; a file does not care.
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);
    const fd = this.files.openSync(this.path, flags, 0o640);
    const stat = this.files.fstatSync(fd);
    this.file = {
      fd,
      device: stat.dev,
      inode: stat.ino,
      isFile: stat.isFile(),
      size: stat.isFile() ? stat.size : 0,
      period: this.periodOf(stat.size > 0 ? stat.mtimeMs : nowMs),
      torn: stat.isFile() && stat.size > 0 && !this.endsWith(stat.size, Buffer.from('\n')),
      checkedAtMs: nowMs,
    };
    return this.file;
  }

  private periodOf(timeMs: number): number {
    return Math.floor(timeMs / periodMs[this.settings.rotateEvery]);
  }

  /** Whether lines now go to a new file; false leaves everything as it was. */
  private rotate(file: OpenFile): boolean {
    const nowMs = this.ports.now();
    if (this.rotation.retryAtMs > nowMs) return false;
    try {
      const { maxFiles } = this.settings;
      const outcome = rotateFiles(this.path, { maxFiles, nowMs, files: this.files, isDue: () => this.isCurrent(file) });
      if (outcome === 'busy') {
        this.rotation = { failing: this.rotation.failing, retryAtMs: nowMs + checkEveryMs };
        return false;
      }
      this.rotation = { failing: false, retryAtMs: 0 };
      this.reopen();
      return true;
    } catch (error) {
      const { failing } = this.rotation;
      this.rotation = { failing: true, retryAtMs: nowMs + rotationRetryMs };
      if (!failing) this.ports.onRotationFailed(error);
      return false;
    }
  }

  /**
   * The disk was full in the middle of a line: the half is cut off, or, where somebody has written behind it, the next
   * line starts anew. Either way the whole line is written again.
   */
  private keepWholeLines(file: OpenFile, written: Buffer): number {
    const whole = written.lastIndexOf(lineEnd) + 1;
    const half = written.subarray(whole);
    if (half.length > 0) {
      const { size } = this.files.fstatSync(file.fd);
      file.torn = !(this.endsWith(size, half) && this.cut(file, size - half.length));
      file.size = file.torn ? size : size - half.length;
    }
    if (whole === 0) throw codedError('ENOSPC', 'the disk took only a part of a line');
    return whole;
  }

  private endHalfLine(file: OpenFile): void {
    if (!this.endsWith(this.files.fstatSync(file.fd).size, Buffer.from('\n'))) this.append(file, Buffer.from('\n'));
    file.torn = false;
  }

  private cut(file: OpenFile, size: number): boolean {
    try {
      this.files.ftruncateSync(file.fd, size);
      return true;
    } catch {
      return false;
    }
  }

  private endsWith(size: number, ending: Buffer): boolean {
    const found = Buffer.alloc(ending.length);
    const read = tryTo(() => {
      const fd = this.files.openSync(this.path, 'r');
      try {
        return this.files.readSync(fd, found, 0, found.length, Math.max(0, size - found.length));
      } finally {
        this.files.closeSync(fd);
      }
    });
    return read === found.length && found.equals(ending);
  }
}

/**
 * Not `mkdirSync` with `recursive`: below a file system that refuses new folders with ENOENT, as /proc does, Node 20 tries
 * for ever and takes the whole process with it.
 */
function makeFolder(path: string, files: FileCalls): void {
  try {
    files.mkdirSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && dirname(path) !== path && !isFolder(dirname(path), files)) {
      makeFolder(dirname(path), files);
      makeFolder(path, files);
      return;
    }
    if (!isFolder(path, files)) throw error;
  }
}

function isFolder(path: string, files: FileCalls): boolean {
  return tryTo(() => files.statSync(path).isDirectory()) === true;
}

/** The lines that fit into so many bytes, or undefined when not even the first does. */
function wholeLines(bytes: Buffer, roomBytes: number): Buffer | undefined {
  if (bytes.length <= roomBytes) return bytes;
  const end = roomBytes <= 0 ? -1 : bytes.lastIndexOf(lineEnd, roomBytes - 1);
  return end < 0 ? undefined : bytes.subarray(0, end + 1);
}

function tryTo<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

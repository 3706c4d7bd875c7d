import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One batch in a file of the spool, found by nothing but its header. */
export interface SpoolFrame {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
  /** Where its content begins. */
  readonly payload: number;
  readonly signal: 'logs' | 'metrics' | 'traces';
  readonly records: number;
  readonly isDone: boolean;
}

const magic = Buffer.from([0x9e, 0x53, 0x50, 0x4c]);
const fixedHeaderBytes = 48;
const signals = ['logs', 'metrics', 'traces'] as const;

/** What is in the spool, as somebody sees it who knows its format from outside. */
export async function readSpoolFrames(directory: string): Promise<SpoolFrame[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const paths = names.filter((name) => name.endsWith('.spool')).map((name) => join(directory, name));
  // A file that was sent meanwhile is gone.
  const found = await Promise.all(paths.map(async (path) => toFrames(path, await readFile(path).catch(emptyFile))));
  return found.flat();
}

/** Records that wait on disk. */
export async function countSpooled(directory: string, signal: SpoolFrame['signal']): Promise<number> {
  const frames = await readSpoolFrames(directory);
  return frames
    .filter((frame) => frame.signal === signal && !frame.isDone)
    .reduce((sum, { records }) => sum + records, 0);
}

function emptyFile(): Buffer {
  return Buffer.alloc(0);
}

function toFrames(path: string, file: Buffer): SpoolFrame[] {
  const frames: SpoolFrame[] = [];
  for (let offset = file.indexOf(magic); offset >= 0 && offset + fixedHeaderBytes <= file.length; ) {
    const signal = signals[file.readUInt8(offset + 6)] ?? 'traces';
    const payload = offset + fixedHeaderBytes + file.readUInt16LE(offset + 8);
    const bytes = payload - offset + file.readUInt32LE(offset + 12);
    const isDone = file.readUInt8(offset + 7) !== 0;
    frames.push({ path, offset, bytes, payload, signal, records: file.readUInt32LE(offset + 20), isDone });
    offset = file.indexOf(magic, offset + bytes);
  }
  return frames;
}

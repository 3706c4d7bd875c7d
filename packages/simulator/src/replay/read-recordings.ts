import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RecordedReply, type RecordingReader, recordingReaders } from '@autotrader/sources/fakes';
import { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import { type IndexRow, parseIndex } from './index-table.ts';

/** The recordings of a folder, by source. */
export interface Recordings {
  readonly bySource: ReadonlyMap<string, readonly RecordedReply[]>;
  /** Files of sources that cannot be replayed. */
  readonly ignored: number;
}

interface Problem {
  readonly file: string;
  readonly cause: string;
}

/** A file that holds one reply, and what is known about it from outside. */
interface RecordingFile {
  readonly file: string;
  readonly row?: IndexRow;
}

const exchangeSchema = z.object({
  request: z.object({ method: z.string().min(1), url: z.url({ protocol: /^https?$/ }) }),
  response: z.object({
    status: z.int().min(100).max(599),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
    body: z.unknown(),
  }),
  recorded_at: z.iso.datetime({ offset: true }).optional(),
});

/**
 * Reads a folder of recordings: `*.http.json` files with request and response at any depth, and single bodies that
 * an INDEX.md names. The order is that of the file names, so the same folder is the same market.
 *
 * @throws SimulatorError SIM_RECORDINGS_MISSING, SIM_RECORDINGS_EMPTY, SIM_RECORDING_INVALID
 */
export async function readRecordings(folder: string): Promise<Recordings> {
  const files = await listFiles(folder);
  const rows = files.includes('INDEX.md') ? parseIndex(await readFile(join(folder, 'INDEX.md'), 'utf8')) : [];
  const problems: Problem[] = [];
  const bySource = new Map<string, RecordedReply[]>();
  let ignored = 0;
  for (const recording of recordingFiles(files, rows)) {
    const reader = recording.row && readerOf(recording.row.url);
    if (recording.row !== undefined && reader === undefined) {
      ignored += 1;
      continue;
    }
    const reply = await readReply(folder, recording).catch((thrown: unknown) => {
      problems.push({ file: recording.file, cause: causeOf(thrown) });
    });
    const source = reply && readerOf(reply.url)?.source;
    if (reply === undefined) continue;
    if (source === undefined) ignored += 1;
    else bySource.set(source, [...(bySource.get(source) ?? []), reply]);
  }
  if (problems.length > 0) throw new SimulatorError('SIM_RECORDING_INVALID', { problems });
  if (bySource.size === 0) throw new SimulatorError('SIM_RECORDINGS_EMPTY', { folder, ignored });
  return { bySource, ignored };
}

async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true });
    return entries.map((entry) => entry.replaceAll('\\', '/')).sort();
  } catch (thrown) {
    const reason = causeOf(thrown);
    throw new SimulatorError('SIM_RECORDINGS_MISSING', { folder, reason }, { cause: thrown });
  }
}

const exchangeSuffix = '.http.json';

/** Every reply once: a row with a companion is read from the companion, which has the headers. */
function recordingFiles(files: readonly string[], rows: readonly IndexRow[]): readonly RecordingFile[] {
  const rowOf = new Map(
    rows.map((row) => [row.hasCompanion ? row.file.replace(/\.json$/, exchangeSuffix) : row.file, row] as const),
  );
  const unnamed = files.filter((file) => file.endsWith(exchangeSuffix) && !rowOf.has(file));
  return [...rowOf.keys(), ...unnamed].sort().map((file) => {
    const row = rowOf.get(file);
    return row === undefined ? { file } : { file, row };
  });
}

function readerOf(url: string): RecordingReader | undefined {
  // Braces are what an index leaves open; they are legal once encoded, and the URL class encodes them.
  if (!URL.canParse(url)) return undefined;
  return recordingReaders.find((reader) => reader.owns(new URL(url)));
}

async function readReply(folder: string, { file, row }: RecordingFile): Promise<RecordedReply> {
  const text = await readFile(join(folder, file), 'utf8');
  if (file.endsWith(exchangeSuffix)) return fromExchange(file, text, row?.recordedAtMs);
  if (row === undefined) throw new Error('no request is known for it');
  const { method, url, status, recordedAtMs } = row;
  return { file, method, url, status, headers: {}, body: JSON.parse(text), ...timeOf(recordedAtMs) };
}

function fromExchange(file: string, text: string, knownAtMs: number | undefined): RecordedReply {
  const { request, response, recorded_at } = exchangeSchema.parse(JSON.parse(text));
  const headers = Object.entries(response.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return {
    file,
    method: request.method,
    url: request.url,
    status: response.status,
    headers: Object.fromEntries(headers),
    body: parsedBody(response.body),
    ...timeOf(recorded_at === undefined ? knownAtMs : Date.parse(recorded_at)),
  };
}

const timeOf = (recordedAtMs: number | undefined) => (recordedAtMs === undefined ? {} : { recordedAtMs });

/** A recorder may keep the text; what was JSON on the wire is read as JSON. */
function parsedBody(body: unknown): unknown {
  if (typeof body !== 'string') return body ?? null;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function causeOf(thrown: unknown): string {
  if (thrown instanceof z.ZodError) {
    return thrown.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`).join(', ');
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}

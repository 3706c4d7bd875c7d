import { type FileHandle, open } from 'node:fs/promises';
import { ConfigError, type ConfigErrorCode } from './config-error.ts';

// Parsing takes half a second per megabyte, and no configuration written by a person comes near it.
const mostBytes = 1_048_576;

/**
 * The text of a configuration file; a byte order mark is left out.
 *
 * @throws ConfigError when there is no such file, it cannot be read, is too large or is not UTF-8
 */
export async function readConfigFile(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readBytes(file);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw problem('OBS_CONFIG_MISSING', file, { message: 'expected a configuration file, there is none', cause });
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw problem('OBS_CONFIG_UNREADABLE', file, { message: `expected a readable file: ${reason}`, cause });
  }
  if (bytes.length > mostBytes) {
    throw problem('OBS_CONFIG_UNREADABLE', file, { message: `expected at most ${mostBytes} bytes, came more` });
  }
  return toText(bytes, file);
}

/** Reads in parts, because a pipe or a device has no size to ask for. */
async function readBytes(file: string): Promise<Buffer> {
  const handle: FileHandle = await open(file);
  try {
    const parts: Buffer[] = [];
    let total = 0;
    while (total <= mostBytes) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(65_536), 0, 65_536, null);
      if (bytesRead === 0) break;
      parts.push(buffer.subarray(0, bytesRead));
      total += bytesRead;
    }
    return Buffer.concat(parts);
  } finally {
    await handle.close();
  }
}

function toText(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const came = isWide ? 'UTF-16' : 'bytes that are not';
    throw problem('OBS_CONFIG_SYNTAX', `${file}:${lineOfBadByte(bytes)}`, {
      message: `expected UTF-8, came ${came}`,
      cause,
    });
  }
}

/** The first line whose bytes alone are no UTF-8: a line end is never part of another character. */
function lineOfBadByte(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    try {
      decoder.decode(bytes.subarray(start, end === -1 ? undefined : end));
    } catch {
      return line;
    }
    if (end === -1) return 1;
    start = end + 1;
  }
}

function problem(code: ConfigErrorCode, where: string, about: { message: string; cause?: unknown }): ConfigError {
  return new ConfigError([{ code, where, key: '', message: about.message }], { cause: about.cause });
}

import { access, constants, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';

/** Made before the first token is scanned, so that a mistyped folder costs no calls. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/** Whole or not at all: readers see the old file until the new one is complete. */
export async function writeWhole(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text, { flush: true });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw unwritable(folder, cause);
  }
  return path;
}

function unwritable(folder: string, cause: unknown): CliError {
  const why = cause instanceof Error ? cause.message.replace(/, \w+ '.*'$/, '') : String(cause);
  return new CliError(
    'CLI_FOLDER_UNWRITABLE',
    { what: `cannot write to ${resolve(folder)}: ${why}`, remedy: 'Give --out a folder that this user may write.' },
    { cause },
  );
}

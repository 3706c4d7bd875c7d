import { access, constants, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';

/** Made before the first token is scanned, so that a mistyped folder costs no calls. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(resolve(folder));
    await access(join(folder, '/'), constants.W_OK);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/**
 * Folder by folder: Node's own recursive `mkdir` never returns where a parent exists and the system still answers that
 * there is none, as it does below /proc.
 */
async function makeFolder(folder: string): Promise<void> {
  const code = await codeOf(mkdir(folder));
  if (code === undefined || code === 'EEXIST') return;
  if (code === 'ENOENT' && dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder);
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? thrown.code : 'unknown';
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

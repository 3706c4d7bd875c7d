import { createHash } from 'node:crypto';
import { delimiter, join } from 'node:path';

/** What decides where batches lie when nobody says it. */
export interface SpoolDirectoryFacts {
  /** $STATE_DIRECTORY: what the system keeps for this service over restarts. */
  readonly stateDirectory: string | undefined;
  readonly serviceName: string;
  /** os.tmpdir() */
  readonly tmpdir: string;
  /** process.getuid?.() */
  readonly uid: number | undefined;
}

/**
 * Where the spool is when the configuration does not say: below the first of `$STATE_DIRECTORY`, else a folder of this
 * user and service directly below the temporary folder, whose sticky bit then keeps others from exchanging it.
 */
export function defaultSpoolDirectory(facts: SpoolDirectoryFacts): string {
  const state = facts.stateDirectory?.split(delimiter).find((part) => part !== '');
  const service = toFolderName(facts.serviceName);
  if (state !== undefined) return join(state, 'telemetry-spool', service);
  return join(facts.tmpdir, `telemetry-spool-${facts.uid ?? 'user'}-${service}`);
}

/** A name as a folder: no separators, no dots in front, different for different names also where the disk ignores case. */
export function toFolderName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) return name;
  const readable = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .slice(0, 48);
  return `${readable}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`.replace(/^[-_]+/, '');
}

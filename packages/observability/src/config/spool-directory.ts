import { tmpdir } from 'node:os';
import { defaultSpoolDirectory } from '../export/spool/spool-directory.ts';
import type { ObservabilityConfig } from './schema.ts';
import type { Environment } from './substitution.ts';

/** Where the spool of a service is: as configured, or where the system keeps state for it. */
export function readSpoolDirectory(config: ObservabilityConfig, env: Environment = process.env): string {
  return (
    config.export.spool.directory ??
    defaultSpoolDirectory({
      stateDirectory: env['STATE_DIRECTORY'],
      serviceName: config.service_name,
      tmpdir: tmpdir(),
      uid: process.getuid?.(),
    })
  );
}

import type { Running } from './running.ts';
import { type StartOptions, startScanning } from './start-scanning.ts';

/**
 * Everything in one process: simulator (or the market the settings name), store, metrics server, worker, API with the
 * page, scheduler. Resolves when all listen and the first scans are queued. When a part fails, the others are closed again.
 *
 * @throws ServerError naming what could not start and what to change
 */
export function startAll(options: StartOptions): Promise<Running> {
  return startScanning(options, { withApi: true });
}

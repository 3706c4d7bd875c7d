import { getLogger } from '../logs/logger.ts';
import { callerLocation } from './caller-location.ts';
import type { InitOptions, Observability } from './start-observability.ts';

export type { InitOptions, Observability, ShutdownReport } from './start-observability.ts';

interface Started {
  readonly at: string;
  readonly running: Promise<Observability>;
}

const log = getLogger('observability');
const startedKey = Symbol.for('@autotrader/observability:started:1');
const holder = globalThis as { [startedKey]?: Started };

/**
 * Starts logging, metrics and tracing as configured. A second call, also from another copy of this package, changes
 * nothing: it warns, says where the first call was, and returns what that one made.
 *
 * The file is read again when it changes and on SIGHUP (see `reload` in the configuration, and `Observability.reload`).
 *
 * @throws ConfigError with all problems of the configuration; then nothing has been started
 */
export function initObservability(options: InitOptions = {}): Promise<Observability> {
  const at = callerLocation(initObservability);
  const first = holder[startedKey];
  if (first !== undefined) {
    log.warning('observability_already_initialized', { first_at: first.at, again_at: at });
    return first.running;
  }
  const forget = (): void => {
    delete holder[startedKey];
  };
  // Not loaded with the library: configuration, exporters and outputs are half of it, and many processes (tests, tools,
  // workers that are never asked) import the library and start nothing.
  const running = import('./start-observability.ts').then((parts) => parts.startObservability(options, forget));
  holder[startedKey] = { at, running };
  running.catch(forget);
  return running;
}

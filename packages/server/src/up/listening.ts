import { getLogger } from '@autotrader/observability';
import { causeText, type ListenFacts, serverError } from '../errors.ts';

/**
 * Opens a listener and turns a failure into the one message that says what to change.
 *
 * @throws ServerError SRV_PORT_IN_USE, SRV_LISTEN_FAILED
 */
export async function listen<T>(facts: ListenFacts, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (thrown) {
    if (systemCodeOf(thrown) === 'EADDRINUSE') throw serverError('SRV_PORT_IN_USE', facts, thrown);
    throw serverError('SRV_LISTEN_FAILED', { ...facts, cause: causeText(thrown) }, thrown);
  }
}

/** One line per listener, so that a script which asked for any free port learns which one it got. */
export function logListening(listener: string, url: string): void {
  getLogger('autotrader.server').info('listening', { listener, url });
}

/** The operating system's code, wherever a package wrapped it. */
function systemCodeOf(thrown: unknown): string | undefined {
  let error = thrown;
  for (let depth = 0; error instanceof Error && depth < 5; depth += 1) {
    if ('code' in error && typeof error.code === 'string' && error.code.startsWith('E')) return error.code;
    error = error.cause;
  }
  return undefined;
}

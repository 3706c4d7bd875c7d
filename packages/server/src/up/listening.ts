import { getLogger } from '@autotrader/observability';
import { causeText, type ListenFacts, serverError } from '../errors.ts';

/**
 * Opens a listener, logs where it answers, and turns a failure into the one message that says what to change.
 *
 * @throws ServerError SRV_PORT_IN_USE, SRV_LISTEN_FAILED
 */
export async function listen<T extends { readonly url: string }>(
  facts: ListenFacts,
  open: () => Promise<T>,
): Promise<T> {
  try {
    const opened = await open();
    getLogger('autotrader.server').info('listening', { listener: facts.listener, url: opened.url });
    return opened;
  } catch (thrown) {
    if (codeOf(thrown) === 'EADDRINUSE') throw serverError('SRV_PORT_IN_USE', facts, thrown);
    throw serverError('SRV_LISTEN_FAILED', { ...facts, cause: causeText(thrown) }, thrown);
  }
}

/** The system's code, wherever a package wrapped it. */
function codeOf(thrown: unknown): string | undefined {
  for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if ('code' in error && typeof error.code === 'string' && error.code.startsWith('E')) return error.code;
  }
  return undefined;
}

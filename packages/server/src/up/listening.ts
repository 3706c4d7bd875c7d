import { createServer, type Server } from 'node:net';
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

/**
 * Takes every fixed port for a moment and gives it back. A start that cannot listen fails here, before it has made a
 * store on the disk. All are held at once, so that two listeners given the same port are noticed too.
 *
 * @throws ServerError SRV_PORT_IN_USE, SRV_LISTEN_FAILED
 */
export async function checkPorts(listeners: readonly ListenFacts[]): Promise<void> {
  const held: Server[] = [];
  try {
    for (const facts of listeners) {
      if (facts.port === 0) continue;
      const server = createServer();
      await listen(facts, () => bind(server, facts));
      held.push(server);
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function bind(server: Server, { port, address }: ListenFacts): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: address }, () => resolve());
  });
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

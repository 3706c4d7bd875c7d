// By name, so that two copies of this package in one process observe a server once.
const claimedKey = Symbol.for('@autotrader/observability:server:1');

/**
 * Takes a server, so that nobody else does: to observe its requests, to leave them alone, or because the framework on it
 * observes them.
 *
 * @returns whether nobody had taken it
 */
export function claimServer(server: object): boolean {
  if (Object.hasOwn(server, claimedKey)) return false;
  Object.defineProperty(server, claimedKey, { value: true });
  return true;
}

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/** Whether only programs of this machine can reach a listener on this address. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
}

/**
 * Decides by the Host header whether a request was meant for this listener. A web page whose name was rebound to
 * 127.0.0.1 reaches a loopback listener through the browser, but cannot hide the name it was asked under.
 * Returns null where every name is fine: on a public address names are not ours to know.
 */
export function createHostCheck(
  address: string,
  allowedHosts: readonly string[] | undefined,
): ((host: string | undefined) => boolean) | null {
  if (!isLoopback(address) && allowedHosts === undefined) return null;
  const names = [...(allowedHosts ?? []), ...(isLoopback(address) ? [...loopbackHosts, address] : [])];
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  return (host) => host !== undefined && allowed.has(host.replace(/:\d{1,5}$/, '').toLowerCase());
}

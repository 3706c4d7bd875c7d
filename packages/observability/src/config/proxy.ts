/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY name for an address, in capitals or not; empty where there is none,
 * where NO_PROXY leaves the address out, and for this computer itself, which no proxy could reach for us.
 */
export async function readProxy(address: string): Promise<string> {
  if (isLoopback(new URL(address).hostname)) return '';
  // Reads the environment itself, which is why it is asked here.
  const { getProxyForUrl } = await import('proxy-from-env');
  return getProxyForUrl(address);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(host);
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a request names this machine as its host. A page in a browser can be made to send requests to loopback
 * under a name of its own (DNS rebinding); it then carries that name, and is refused.
 */
export function isOwnHost(host: string | undefined, address: string): boolean {
  const name = hostName(host);
  return name !== undefined && (loopbackNames.has(name) || name === address || name === `[${address}]`);
}

function hostName(host: string | undefined): string | undefined {
  if (host === undefined || host === '') return undefined;
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':')[0];
  return name?.toLowerCase();
}

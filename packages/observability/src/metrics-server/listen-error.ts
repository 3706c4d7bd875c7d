/** Why a listener could not start, with the remedy in the message. */
export const listenErrorCodes = {
  port_in_use: 'OBS_PORT_IN_USE',
  port_forbidden: 'OBS_PORT_FORBIDDEN',
  port_invalid: 'OBS_PORT_INVALID',
  address_unknown: 'OBS_ADDRESS_UNKNOWN',
  tls_invalid: 'OBS_TLS_INVALID',
  other: 'OBS_LISTEN_FAILED',
} as const;

export type ListenErrorKind = keyof typeof listenErrorCodes;

/** A listener that could not start. Callers branch on `code`. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: (typeof listenErrorCodes)[ListenErrorKind];
  readonly kind: ListenErrorKind;

  constructor(kind: ListenErrorKind, where: { readonly port: number; readonly address: string }, cause: Error) {
    super(messageOf(kind, where, cause), { cause });
    this.code = listenErrorCodes[kind];
    this.kind = kind;
  }
}

const kinds: Readonly<Record<string, ListenErrorKind>> = {
  EADDRINUSE: 'port_in_use',
  EACCES: 'port_forbidden',
  ERR_SOCKET_BAD_PORT: 'port_invalid',
  EADDRNOTAVAIL: 'address_unknown',
  ENOTFOUND: 'address_unknown',
  EAI_AGAIN: 'address_unknown',
};

export function toListenError(cause: unknown, where: { readonly port: number; readonly address: string }): ListenError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return new ListenError(kinds[code] ?? 'other', where, error);
}

function messageOf(
  kind: ListenErrorKind,
  where: { readonly port: number; readonly address: string },
  cause: Error,
): string {
  const { port, address } = where;
  switch (kind) {
    case 'port_in_use':
      return `port ${port} on ${address} is already in use; choose another port, 0 for any free one, or stop the program that holds it`;
    case 'port_forbidden':
      return `port ${port} on ${address} may not be opened by this user; choose a port above 1023`;
    case 'port_invalid':
      return `${port} is not a port; choose one from 1 to 65535, or 0 for any free one`;
    case 'address_unknown':
      return `${address} is not an address of this machine; use 127.0.0.1 for this machine only, or 0.0.0.0 for every interface`;
    case 'tls_invalid':
      return `HTTPS cannot be served on port ${port}: ${cause.message}`;
    case 'other':
      return `cannot listen on port ${port} of ${address}: ${cause.message}`;
  }
}

import type { Environment } from './substitution.ts';

/** What a standard stream leads to. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly colour: boolean;
}

/** Looks at a stream and at NO_COLOR, FORCE_COLOR and TERM (https://no-color.org). */
export function readTerminal(stream: 'stdout' | 'stderr', env: Environment | undefined = process.env): Terminal {
  // Not imported: it brings sockets and streams along, 3 ms of every process that imports the library and asks nothing.
  const isTerminal = process.getBuiltinModule('node:tty').isatty(stream === 'stdout' ? 1 : 2);
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const forced = (env['FORCE_COLOR'] ?? '0') !== '0';
  return { isTerminal, colour: !refused && (isTerminal || forced) };
}

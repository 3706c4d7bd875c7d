import { closeSync, constants, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Whether the process ends with a terminal: then SIGHUP means that the terminal was closed. Asked at the start, because
 * a closed terminal is none any more.
 */
export function belongsToTerminal(): boolean {
  if (process.platform === 'win32' || [0, 1, 2].some((descriptor) => isatty(descriptor))) return true;
  // Streams may be redirected; the terminal a session belongs to can be opened by this name, and only by its members.
  try {
    closeSync(openSync('/dev/tty', constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

// An application that logs at the end of its stack and goes on.
import { getLogger } from '../index.ts';

const log = getLogger('deep');
// Once described: a pattern is compiled for good when it is used again, which then happens where the stack ends.
log.exception('before', new Error('before'));

function recurse(): number {
  try {
    return recurse() + 1;
  } catch (error) {
    log.exception('deep', error);
    throw error;
  }
}

try {
  recurse();
} catch (error) {
  log.info('caught', { message: String(error) });
}

// A small application that repeats itself until a test sees it end.
import { getLogger } from './logger.ts';

const log = getLogger('app');
process.on('exit', () => {
  for (let count = 0; count < 150; count += 1) log.warning('exit_line');
});
for (let count = 0; count < 150; count += 1) log.warning('same_line');
if (process.argv[2] === 'exit') process.exit(0);

import { getLogger } from '@autotrader/observability';
import { createLoggers, insideSpan, startOurs } from './log-line-loggers.ts';

// Writes three lines by each logger to standard output, for log-line.ts to read back and compare.
const observability = await startOurs();
insideSpan(() => {
  for (const { write } of createLoggers()) {
    for (const index of [1, 2, 3]) write(index);
  }
});
const planted = 'hunter2-planted';
getLogger('bench.orders').info('planted_secret', {
  request: { headers: [{ Authorization: planted }], body: JSON.stringify({ deep: { password: planted } }) },
  address: `https://user:${planted}@example.test/`,
});
await observability.shutdown();

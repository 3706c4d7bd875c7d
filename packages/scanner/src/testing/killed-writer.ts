import { openStore } from '../store/open-store.ts';
import { nowMs } from './samples.ts';
import { scoredScan } from './scan-store-contract.ts';

/** Writes results until it is killed, and says of each that it was acknowledged. Started by a test as a process of its own. */
const [, , url = ''] = process.argv;
const store = await openStore({ url });
for (let count = 0; ; count += 1) {
  const id = `scan-${count}`;
  await store.writeFeature({ scanId: id, symbol: 'AAA', name: 'liquidity_depth', value: 0.5, observedAtMs: nowMs });
  await store.complete(scoredScan(id, { finishedAtMs: nowMs + count }));
  process.stdout.write(`${id}\n`);
}

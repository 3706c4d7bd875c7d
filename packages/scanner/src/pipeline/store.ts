import { ScanError } from '../scan-error.ts';
import type { ScanStore } from '../store/scan-store.ts';
import type { Finished } from './scan-states.ts';
import type { Stage } from './stage.ts';

async function keep(store: ScanStore, { result, observed }: Finished): Promise<void> {
  const { id: scanId, token } = result;
  for (const { name, raw, observedAtMs } of observed) {
    await store.writeFeature({ scanId, symbol: token.symbol, name, value: raw, observedAtMs });
  }
  // Last, because a result that is there must have its features.
  await store.complete(result);
}

/** Keeps the result. Items are the result and its features. Without a store it passes everything through. */
export function storeStage<F extends Finished>(store: ScanStore | undefined): Stage<F, F> {
  return {
    name: 'store',
    // A write that is under way is finished: the result it acknowledges must be the one that is returned.
    stopsAtDeadline: false,
    run: async (finished) => {
      if (store === undefined) return finished;
      try {
        await keep(store, finished);
      } catch (thrown) {
        const said = thrown instanceof Error ? thrown.message : String(thrown);
        const { token, missing, calls } = finished.result;
        const detail = `its result could not be stored: ${said}`;
        throw new ScanError({ kind: 'not_stored', symbol: token.symbol, detail, missing, calls }, { cause: thrown });
      }
      return finished;
    },
    size: ({ observed }) => 1 + observed.length,
    tally: ({ observed }) => ({ out: 1 + observed.length, filtered: 0, failed: 0 }),
    observations: () => [],
  };
}

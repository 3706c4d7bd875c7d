import { getLogger } from '@autotrader/observability';
import type { FeatureOperation } from '../telemetry.ts';
import { recordFeatureOperation, recordFeatureWrite, setFeatureStoreSize } from '../telemetry.ts';
import type { ScanStore, StoredFeature } from './scan-store.ts';
import { StoreError } from './store-error.ts';

const log = getLogger('autotrader.store');

/** How often the stored values are counted for `feature_store_size`. */
const sizeEveryMs = 60_000;

export interface ObservedStore extends ScanStore {
  /** Counts the stored features anew for `feature_store_size`. Never rejects. */
  refreshSize(): Promise<void>;
}

async function counted<T>(operation: FeatureOperation, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    recordFeatureOperation(operation, 'success');
    return result;
  } catch (error) {
    recordFeatureOperation(operation, 'failure');
    throw error;
  }
}

/** The last gate before the disk: whatever came before, no value outside 0..1 and none from nowhere is kept. */
function refuseInvalid({ scanId, symbol, name, value, observedAtMs }: StoredFeature): void {
  const valid = Number.isFinite(value) && value >= 0 && value <= 1;
  if (valid && Number.isSafeInteger(observedAtMs) && scanId !== '' && symbol !== '') return;
  const detail = `${name} of ${symbol} in scan ${scanId}: expected a value from 0 to 1 with its time, got ${value} at ${observedAtMs}`;
  throw new StoreError({ kind: 'invalid_feature', path: 'features', detail });
}

/** A store whose feature writes are validated, timed and counted, and whose size is measured once a minute. */
export function observeStore(store: ScanStore): ObservedStore {
  const refreshSize = async (): Promise<void> => {
    try {
      setFeatureStoreSize(await counted('count', () => store.featureCounts()));
    } catch (error) {
      log.exception('feature_store_size_unknown', error);
    }
  };
  const timer = setInterval(refreshSize, sizeEveryMs);
  timer.unref();
  return {
    ...store,
    writeFeature: async (feature) => {
      const startedAt = performance.now();
      await counted('write', async () => {
        refuseInvalid(feature);
        await store.writeFeature(feature);
      });
      recordFeatureWrite(feature.name, (performance.now() - startedAt) / 1_000);
    },
    lastFeature: (symbol, name) => counted('read', () => store.lastFeature(symbol, name)),
    refreshSize,
    close: async () => {
      clearInterval(timer);
      await store.close();
    },
  };
}

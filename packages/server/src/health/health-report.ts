import type { Health } from '@autotrader/contracts';
import { createHealth } from '@autotrader/observability';
import type { MarketKind } from '../settings/settings-schema.ts';
import { toInstant } from '../views/instant.ts';
import type { HealthCheck } from './health-checks.ts';

export interface HealthOptions {
  readonly version: string;
  readonly market: MarketKind;
  /** `store` is what nothing works without; the others only degrade. */
  readonly checks: { readonly store: HealthCheck } & Readonly<Record<string, HealthCheck>>;
}

/** Whoever asks for health has a deadline of its own, commonly a second or two. */
const checkTimeoutMs = 1_500;

/** Asks all checks at once; an answer holds for a second. Never rejects. */
export function createHealthReport({ version, market, checks }: HealthOptions): () => Promise<Health> {
  const health = createHealth({ timeoutMs: checkTimeoutMs });
  for (const [name, check] of Object.entries(checks)) health.register(name, check, { essential: name === 'store' });
  return async () => {
    const { status, checks: results } = await health.report();
    return { status, service: 'autotrader', version, market, as_of: toInstant(Date.now()), checks: { ...results } };
  };
}

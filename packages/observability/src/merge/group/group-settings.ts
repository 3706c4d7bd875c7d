import type { ObservabilityConfig } from '../../config/schema.ts';
import { type MergeSettings, toMergeSettings } from '../merge-settings.ts';

export interface GroupSettings extends MergeSettings {
  /** Longest wait for a member's answer. */
  readonly sourceTimeoutMs: number;
}

let configured: GroupSettings | null = null;

/** What `metrics.merge` says, for the hub of this process; from its next start on. */
export function configureGroup(merge: ObservabilityConfig['metrics']['merge']): void {
  configured = toGroupSettings(merge);
}

/** As configured; without a configuration the defaults of the schema, which is loaded for it. */
export async function readGroupSettings(): Promise<GroupSettings> {
  if (configured !== null) return configured;
  const { metricsMerge } = await import('../../config/metrics-server-schema.ts');
  return toGroupSettings(metricsMerge.parse({}));
}

function toGroupSettings(merge: ObservabilityConfig['metrics']['merge']): GroupSettings {
  return {
    ...toMergeSettings(merge),
    // We know when a child ends; until then its last values stay, however long it is silent.
    expiryMs: Number.POSITIVE_INFINITY,
    sourceTimeoutMs: merge.source_timeout_seconds * 1_000,
  };
}

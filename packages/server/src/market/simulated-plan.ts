import { type SourceName, type SourceSettings, sourceNames, sourceSettingsSchemaOf } from '@autotrader/sources';
import type { SourcesSettings } from './source-addresses.ts';

/**
 * What the simulated hosts allow, on both sides: about a small paid plan. With the free plans' limits the first look at
 * ten tokens would take half a minute, which is what the live market is for. Limits that the settings change stay as they are.
 */
const plan = { requestsPerMinute: 600, burst: 30 } as const;

/** For `startSimulator`: twice what the client plans with, so that two processes can share one simulator. */
export const simulatedLimits = Object.fromEntries(
  sourceNames.map((name) => [name, [{ requests: 2 * plan.requestsPerMinute, perMs: 60_000 }]]),
);

export function withSimulatedPlan(settings: SourcesSettings): SourcesSettings {
  const planned = Object.entries(settings).map(([name, source]) => [
    name,
    isDefaultLimit(name as SourceName, source) ? { ...source, ...plan } : source,
  ]);
  return Object.fromEntries(planned) as SourcesSettings;
}

function isDefaultLimit(name: SourceName, { requestsPerMinute, burst, apiKey }: SourceSettings): boolean {
  const usual = sourceSettingsSchemaOf(name).parse({ api_key: apiKey });
  return requestsPerMinute === usual.requestsPerMinute && burst === usual.burst;
}

import { defaultRegistry, initObservability } from '@autotrader/observability';
import { type MetricOwner, readOwnedMetrics } from './generate/owned-metrics.ts';

// Prints every declared metric with its owner as JSON. Needs a fresh process: loading is what declares.

/** In the order of the arrows: what a later one declares is what was not there before. */
const owners: readonly MetricOwner[] = [
  {
    owner: '@autotrader/observability',
    about: 'What telemetry says about itself, about the process and about HTTP servers.',
    load: () => import('@autotrader/observability/fastify'),
  },
  {
    owner: '@autotrader/sources',
    about: 'The outside APIs: calls, answers, caches, breakers and limits.',
    load: () => import('@autotrader/sources/telemetry'),
  },
  {
    owner: '@autotrader/scanner',
    about: 'Scans, scores and features.',
    load: () => import('@autotrader/scanner/telemetry'),
  },
  {
    owner: '@autotrader/server',
    about: 'The queue and its workers.',
    load: () => import('@autotrader/server/telemetry'),
  },
];

// Started, because the metrics of the process are there only then; by the defaults, whatever the environment says.
const { shutdown } = await initObservability({
  env: {},
  logTo: 'stderr',
  overrides: { logging: { level: 'CRITICAL' }, tracing: { enabled: false } },
});
const owned = await readOwnedMetrics(owners, () => defaultRegistry().describe()).finally(shutdown);
process.stdout.write(JSON.stringify(owned));

import type { Worker } from 'node:cluster';
import { getLogger } from '../../logs/logger.ts';
import type { OutputFormat } from '../../metrics/exposition/formats.ts';
import type { Registry, RenderOptions } from '../../metrics/registry.ts';
import { toReadable } from '../../metrics/registry-reading.ts';
import { redactions, scrapeDuration, telemetryDropped } from '../../metrics/self-metrics.ts';
import type { MergeHooks } from '../merge-settings.ts';
import { createMergedMetrics, type MergedMetrics } from '../merged-metrics.ts';
import type { MetricSource } from '../metric-source.ts';
import { allWorkers, listenToCluster, postToWorker } from './cluster-channels.ts';
import { GroupHub } from './group-hub.ts';
import type { MemberMessage } from './group-message.ts';
import { type GroupSettings, readGroupSettings } from './group-settings.ts';
import { SnapshotReader } from './snapshot-reader.ts';
import { createThreadHubLink } from './thread-channels.ts';

/** The metrics of this process, its worker threads and its cluster children; what `/metrics` serves. It lives as long as the process. */
export interface GroupMetrics {
  /** Longest wait for all collectors of an output together, where the output names none. */
  readonly collectorTimeoutMs: number;
  renderBytes(options?: RenderOptions<OutputFormat>): AsyncGenerator<Uint8Array>;
}

const self: MetricSource = { id: 'main', job: '', instance: 'main', isOwn: true };

interface Running {
  readonly settings: GroupSettings;
  readonly merged: MergedMetrics;
  readonly hub: GroupHub;
}

/**
 * Makes this process the place where the metrics of its cluster children and worker threads meet. As long as there is none
 * that speaks, the output is that of the registry alone.
 */
export function createGroupMetrics(registry: Registry): GroupMetrics {
  let running: Promise<Running> | null = null;
  const receive = (message: MemberMessage, route: Parameters<GroupHub['receive']>[1]) => {
    running ??= start();
    // In order, since all wait for the same.
    void running.then(({ hub }) => hub.receive(message, route));
  };
  const threads = createThreadHubLink((message) => receive(message, { route: threads, post: threads.post }));
  listenToCluster({
    onMessage: (message, worker: Worker) => {
      receive(message, { route: worker, post: (answer) => postToWorker(worker, answer) });
    },
    onUnreachable: (worker) => void running?.then(({ hub }) => hub.unreachable(worker)),
    onEnd: (worker) => void running?.then(({ hub }) => hub.endAll(worker)),
  });
  const who = { kind: 'who', to: '' } as const;
  threads.post(who);
  for (const worker of allWorkers()) postToWorker(worker, who);

  const readSelf = selfReader(registry);
  return {
    get collectorTimeoutMs() {
      return registry.collectorTimeoutMs;
    },
    async *renderBytes(options = {}) {
      if (running === null) {
        yield* registry.renderBytes(options);
        return;
      }
      const startedMs = performance.now();
      const { settings, merged, hub } = await running;
      const { format = 'text', collectorTimeoutMs = registry.collectorTimeoutMs } = options;
      try {
        const budgetMs = Math.min(settings.sourceTimeoutMs, collectorTimeoutMs);
        await Promise.all([hub.ask(budgetMs), readSelf(merged, collectorTimeoutMs)]);
        yield* merged.renderBytes({ format });
      } finally {
        scrapeDuration.observe((performance.now() - startedMs) / 1_000);
      }
    },
  };
}

async function start(): Promise<Running> {
  const settings = await readGroupSettings();
  const merged = createMergedMetrics({ ...settings, ...hooks });
  return { settings, merged, hub: new GroupHub(merged) };
}

/** Puts this process' own values into the merge; who comes while that is done shares it. */
function selfReader(registry: Registry): (merged: MergedMetrics, timeoutMs: number) => Promise<void> {
  const reader = new SnapshotReader({ registry: toReadable(registry), now: Date.now });
  let reading: Promise<void> | undefined;
  return (merged, timeoutMs) => {
    reading ??= reader
      .take(timeoutMs)
      .then((snapshot) => void merged.takeSnapshot(self, snapshot))
      .catch(() => reader.reset())
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
}

const log = getLogger('observability.merge');

const hooks: MergeHooks = {
  onRefused: (reason, points) => telemetryDropped.inc({ signal: 'metrics', reason: `merge_${reason}` }, points),
  onWarning: ({ code, metric, message }) => log.warning(`merge_${code}`, { metric, reason: message }),
  onRedacted: () => redactions.inc({ sink: 'metrics' }),
};

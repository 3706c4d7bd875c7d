import type { ObservabilityConfig } from '../config/schema.ts';
import type { Environment } from '../config/substitution.ts';
import { readTerminal } from '../config/terminal.ts';
import type { Delivery, DeliveryReport } from '../export/delivery.ts';
import { signals } from '../export/signal.ts';
import { activePipeline, configureLogs } from '../logs/pipeline.ts';
import { openLogOutput } from '../logs/sinks/log-output.ts';
import { configureGroup } from '../merge/group/group-settings.ts';
import { flushMetricsGroup, joinMetricsGroup } from '../merge/group/process-group.ts';
import { defaultRegistry } from '../metrics/default-registry.ts';
import { registerProcessMetrics } from '../metrics/process/process-metrics.ts';
import { setBuildInfo } from '../metrics/self-metrics.ts';
import { setSpanRedaction } from '../tracing/attributes.ts';
import { startTracing, type Tracing } from '../tracing/start-tracing.ts';
import { connectMetrics } from './connect-metrics.ts';
import { type TakeLine, tapLines } from './line-tap.ts';
import { measureQueues } from './queue-sizes.ts';
import { hasExporters, toLogOutput, toLogSettings, toTracingSettings } from './settings.ts';

/** Logging, metrics and tracing, running. */
export interface RunningParts {
  readonly outgoing: Outgoing;
  /** Whether sampling can change without a restart. */
  readonly canResample: boolean;
  /** Makes those values hold that can change while the program runs. */
  apply(config: ObservabilityConfig): void;
  /** Takes out what measures the process and the queues. */
  stopMeasuring(): void;
}

/** What is on its way out of the process: spans not decided yet, and all that waits for backends. */
export interface Outgoing {
  /** Records that wait, in memory. */
  waiting(): number;
  /** Whether metrics go anywhere, which there always are. */
  readonly hasMetrics: boolean;
  /** Dropped since the start. */
  lost(): DeliveryReport['lost'];
  /** Sends what waits, within the budget. */
  flush(budgetMs: number): Promise<void>;
  /** Sends what can be sent, moves the rest to the disk and stops. */
  close(budgetMs: number): Promise<DeliveryReport>;
  /** Moves everything to the disk, for a process without another turn. */
  closeSync(budgetMs: number): DeliveryReport;
}

const undoBudgetMs = 200;

/**
 * Starts all parts, or none: what had been started is taken back when another fails.
 *
 * @throws what the part that failed threw
 */
export async function startParts(
  config: ObservabilityConfig,
  { env, logTo }: { readonly env: Environment | undefined; readonly logTo: 'stdout' | 'stderr' },
): Promise<RunningParts> {
  const undo: (() => unknown)[] = [];
  try {
    let takeLine: TakeLine = () => undefined;
    const outputs = await openLogOutput(toLogOutput(config, readTerminal(logTo, env), logTo));
    undo.push(() => outputs.close?.(undoBudgetMs));
    const sink = hasExporters(config) ? tapLines(outputs, (line, isImportant) => takeLine(line, isImportant)) : outputs;
    const before = activePipeline.settings;
    configureLogs(toLogSettings(config, sink));
    undo.push(() => configureLogs(before));
    const delivery = hasExporters(config)
      ? await (await import('./open-delivery.ts')).openDelivery(config, { env })
      : undefined;
    undo.push(() => delivery?.close(undoBudgetMs));
    if (delivery?.carries('logs')) takeLine = delivery.pushLine;
    const exportSpan = delivery?.carries('traces') ? delivery.pushSpan : undefined;
    const tracing = await startTracing(toTracingSettings(config), exportSpan);
    undo.push(() => tracing.close());
    connectMetrics(defaultRegistry(), config.metrics);
    setBuildInfo({ version: config.version });
    configureGroup(config.metrics.merge);
    if (config.metrics.enabled) await joinMetricsGroup();
    const measuring = [
      ...(config.metrics.enabled ? [registerProcessMetrics()] : []),
      ...(config.metrics.enabled || delivery !== undefined ? [measureQueues(defaultRegistry(), delivery)] : []),
    ];
    return {
      outgoing: toOutgoing(tracing, delivery),
      canResample: tracing.update !== undefined,
      apply(changed) {
        // What the program or a test replaced meanwhile stays: the sink, the clock.
        const { sink: current, now, random } = activePipeline.settings;
        configureLogs({ ...toLogSettings(changed, current), now, random });
        const { redactFields, pseudonymKey, ...settings } = toTracingSettings(changed);
        if (tracing.update === undefined) setSpanRedaction(redactFields, { pseudonymKey });
        else tracing.update({ ...settings, redactFields, pseudonymKey });
      },
      stopMeasuring() {
        for (const stop of measuring) stop();
      },
    };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

const none: DeliveryReport['lost'] = { logs: 0, metrics: 0, traces: 0 };
const nothing: DeliveryReport = { flushed: none, spooled: none, lost: none };

function toOutgoing(tracing: Tracing, delivery: Delivery | undefined): Outgoing {
  return {
    waiting() {
      // What tail sampling holds is decided now: whoever asks does so because there is not much time left.
      tracing.drain();
      return delivery === undefined ? 0 : signals.reduce((sum, signal) => sum + delivery.waiting(signal), 0);
    },
    lost: () => delivery?.lost() ?? none,
    hasMetrics: delivery?.carries('metrics') ?? false,
    async flush(budgetMs) {
      tracing.drain();
      await delivery?.flush(budgetMs);
    },
    async close(budgetMs) {
      tracing.close();
      // What throttling holds back is told while lines are still sent.
      activePipeline.sink.flushSync(0);
      const [report] = await Promise.all([delivery?.close(budgetMs), flushMetricsGroup(budgetMs)]);
      return report ?? nothing;
    },
    closeSync(budgetMs) {
      tracing.drain();
      return delivery?.closeSync(budgetMs) ?? nothing;
    },
  };
}

import type { ObservabilityConfig } from '../config/schema.ts';
import type { Environment } from '../config/substitution.ts';
import { readTerminal } from '../config/terminal.ts';
import { activePipeline, configureLogs } from '../logs/pipeline.ts';
import { openLogOutput } from '../logs/sinks/log-output.ts';
import { defaultRegistry } from '../metrics/default-registry.ts';
import { registerProcessMetrics } from '../metrics/process/process-metrics.ts';
import { setBuildInfo } from '../metrics/self-metrics.ts';
import { setSpanRedaction } from '../tracing/attributes.ts';
import { startTracing, type Tracing } from '../tracing/start-tracing.ts';
import { connectMetrics } from './connect-metrics.ts';
import { measureLogQueue } from './log-queue-metric.ts';
import { toLogOutput, toLogSettings, toTracingSettings } from './settings.ts';

/** Logging, metrics and tracing, running. */
export interface RunningParts {
  readonly tracing: Tracing;
  /** Whether sampling can change without a restart. */
  readonly canResample: boolean;
  /** Makes those values hold that can change while the program runs. */
  apply(config: ObservabilityConfig): void;
  /** Takes out what measures the process and the log queue. */
  stopMeasuring(): void;
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
    const sink = await openLogOutput(toLogOutput(config, readTerminal(logTo, env), logTo));
    undo.push(() => sink.close?.(undoBudgetMs));
    const before = activePipeline.settings;
    configureLogs(toLogSettings(config, sink));
    undo.push(() => configureLogs(before));
    const tracing = await startTracing(toTracingSettings(config));
    undo.push(() => tracing.close(undoBudgetMs));
    connectMetrics(defaultRegistry(), config.metrics);
    setBuildInfo({ version: config.version });
    const measuring = config.metrics.enabled ? [registerProcessMetrics(), measureLogQueue(defaultRegistry())] : [];
    return {
      tracing,
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

import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Registry } from '../registry.ts';
import type { ProcessPart } from './process-part.ts';

// The delay is sampled by a timer of this interval, and what Node records includes the interval itself.
const resolutionMs = 20;
const nanosecondsPerMs = 1e6;

/** How late the event loop was, and how busy, since the scrape before. */
export function createEventLoopPart(registry: Registry): ProcessPart {
  const lag = (suffix: string, what: string) =>
    registry.gauge({
      name: `nodejs_eventloop_lag${suffix}_seconds`,
      help: `${what} lateness of the event loop since the last scrape, sampled every ${resolutionMs} ms.`,
    });
  const mean = lag('', 'Mean');
  const min = lag('_min', 'Least');
  const max = lag('_max', 'Greatest');
  // The same as the one without a word, whose name most dashboards know; prom-client has both.
  const average = lag('_mean', 'Mean');
  const deviation = lag('_stddev', 'Standard deviation of the');
  const p50 = lag('_p50', 'Median');
  const p90 = lag('_p90', '90th percentile');
  const p99 = lag('_p99', '99th percentile');
  const utilization = registry.gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'Fraction of time the event loop was busy since the last scrape.',
  });
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let before: EventLoopUtilization = performance.eventLoopUtilization();

  return {
    name: 'nodejs_eventloop',
    metrics: [mean, min, max, average, deviation, p50, p90, p99, utilization].map((metric) => metric.name),
    collect() {
      const now = performance.eventLoopUtilization();
      utilization.set(performance.eventLoopUtilization(now, before).utilization);
      before = now;
      // Nothing sampled since the last scrape is not a lag of 0: the last values stand.
      if (delay.count === 0) return;
      mean.set(toLagSeconds(delay.mean));
      min.set(toLagSeconds(delay.min));
      max.set(toLagSeconds(delay.max));
      average.set(toLagSeconds(delay.mean));
      deviation.set(delay.stddev / nanosecondsPerMs / 1000);
      p50.set(toLagSeconds(delay.percentile(50)));
      p90.set(toLagSeconds(delay.percentile(90)));
      p99.set(toLagSeconds(delay.percentile(99)));
      delay.reset();
    },
    close: () => delay.disable(),
  };
}

/** The lateness in a recorded interval: what it is longer than the timer asked for. */
export function toLagSeconds(recordedNanoseconds: number): number {
  return Math.max(0, recordedNanoseconds / nanosecondsPerMs - resolutionMs) / 1000;
}

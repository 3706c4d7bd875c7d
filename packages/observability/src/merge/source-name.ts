import type { MetricSource } from './metric-source.ts';

/** For messages. */
export function nameOf({ job, instance }: MetricSource): string {
  return [job, instance].filter((part) => part !== '').join(' ') || 'this process';
}

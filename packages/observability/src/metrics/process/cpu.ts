import type { Registry } from '../registry.ts';
import type { ProcessPart } from './process-part.ts';

const microsecondsPerSecond = 1e6;

/** CPU time since the process started, and when that was. */
export function createCpuPart(registry: Registry): ProcessPart {
  const total = registry.counter({ name: 'process_cpu_seconds_total', help: 'User and system CPU time spent.' });
  const user = registry.counter({ name: 'process_cpu_user_seconds_total', help: 'User CPU time spent.' });
  const system = registry.counter({ name: 'process_cpu_system_seconds_total', help: 'System CPU time spent.' });
  const start = registry.gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since the Unix epoch.',
  });
  let last = { user: 0, system: 0 };

  return {
    name: 'process_cpu',
    metrics: [total.name, user.name, system.name, start.name],
    collect() {
      const now = process.cpuUsage();
      const userSeconds = (now.user - last.user) / microsecondsPerSecond;
      const systemSeconds = (now.system - last.system) / microsecondsPerSecond;
      last = now;
      user.inc(userSeconds);
      system.inc(systemSeconds);
      total.inc(userSeconds + systemSeconds);
      start.set(performance.timeOrigin / 1000);
    },
  };
}
